#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the linker sees: a layer calls only the layers that layers.txt allows it (include
# lines alone miss what comes through another layer's header), and no allowance is unused.
# links.sh ROOT LIBRARY…: the static libraries, each in a folder named as its layer.
set -euo pipefail
root=$1
shift
failed=0
complain() { echo "$*"; failed=1; }

declare -A home allowed
for library in "$@"; do
    layer=$(basename "$(dirname "$library")")
    while read -r name; do
        home[$name]=$layer
    done < <(nm -g --defined-only -f posix "$library" 2>/dev/null | awk '$1 ~ /^osw_/ { print $1 }')
done
while IFS=: read -r layer below; do
    [[ $layer == \#* || -z $layer ]] || allowed[$layer]=" $layer $below "
done < "$root/tests/house/layers.txt"

calls=0
for library in "$@"; do
    layer=$(basename "$(dirname "$library")")
    while read -r name; do
        to=${home[$name]:-}
        [[ -n $to && $to != "$layer" ]] || continue
        calls=$((calls + 1))
        [[ ${allowed[$layer]} == *" $to "* ]] ||
            complain "layer $layer calls $name of layer $to, which layers.txt does not allow"
    done < <(nm -g -u -f posix "$library" 2>/dev/null | awk '$1 ~ /^osw_/ { print $1 }' | sort -u)
done
echo "$# layers, ${#home[@]} functions and tables, $calls calls between layers"
((calls > 200)) || complain "only $calls calls read: are these the layers' libraries?"
exit $failed
