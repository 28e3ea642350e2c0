#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The include graph is the DAG of layers.txt, and each third-party header stays behind its
# fence: within a layer, one file (or one internal header) includes it.
set -euo pipefail
root=$1
cd "$root/src"
failed=0
complain() { echo "$*"; failed=1; }

declare -A allowed rank
n=0
while IFS=: read -r layer below; do
    [[ $layer == \#* || -z $layer ]] && continue
    for b in $below; do
        [[ -n ${rank[$b]:-} ]] || complain "layers.txt: $layer may not rest on $b, which stands above it"
    done
    allowed[$layer]=" $layer $below "
    rank[$layer]=$((++n))
done < "$root/tests/house/layers.txt"

for folder in */; do
    [[ -n ${rank[${folder%/}]:-} ]] || complain "src/$folder is not in layers.txt"
done

lines=0
while IFS=: read -r file _ text; do
    lines=$((lines + 1))
    layer=${file%%/*}
    header=$(sed -E 's/.*["<]([^">]+)[">].*/\1/' <<<"$text")
    target=${header%%/*}
    if [[ $text == *\"* ]]; then
        [[ $header == */* ]] || complain "src/$file: \"$header\" must name its layer"
        [[ -z ${rank[$target]:-} || ${allowed[$layer]} == *" $target "* ]] ||
            complain "src/$file: layer $layer may not include $header"
    fi
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.[ch]' .| sed 's,^\./,,')
((lines > 50)) || complain "only $lines include lines read: is this the source tree?"

# Third-party headers: pattern, and how many files of the whole tree may include it.
while read -r pattern most; do
    files=$( (grep -rlE "^#[[:space:]]*include <$pattern" --include='*.[ch]' . || true) | sort)
    count=$(grep -c . <<<"$files" || true)
    ((count <= most)) || complain "<$pattern…> is included by $count files, fence allows $most:" $files
done <<'FENCES'
udunits2 1
nettle 1
yaml\.h 1
hdf5 1
sbml 1
sundials|cvode|nvector|sunmatrix|sunlinsol 2
klu 1
dlfcn 1
FENCES

# Files are 100 to 600 lines by idea; nothing above 600.
while read -r count file; do
    [[ $file == total ]] || ((count <= 600)) || complain "src/$file has $count lines (600 at most)"
done < <(find . -name '*.[ch]' -exec wc -l {} + | sed 's,\./,,')
exit $failed
