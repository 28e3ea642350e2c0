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
    [[ $text =~ [\"\<]([^\"\>]+)[\"\>] ]] || continue
    header=${BASH_REMATCH[1]}
    target=${header%%/*}
    if [[ $text == *\"* ]]; then
        [[ $header == */* ]] || complain "src/$file: \"$header\" must name its layer"
        [[ -z ${rank[$target]:-} || ${allowed[$layer]} == *" $target "* ]] ||
            complain "src/$file: layer $layer may not include $header"
    fi
done < <(grep -rnE '^[[:space:]]*#[[:space:]]*include' --include='*.[ch]' .| sed 's,^\./,,')
((lines > 50)) || complain "only $lines include lines read: is this the source tree?"

# Third-party headers stay behind one fence: the pattern, and the one source (with its
# header of the same name) that may include them; SUNDIALS' has a second part.
while read -r pattern fence; do
    files=$( (grep -rlE "^#[[:space:]]*include <($pattern)" --include='*.[ch]' . || true) |
        grep -vE "^\./$fence\.[ch]$" | sort || true)
    [[ -z $files ]] || complain "<$pattern…> belongs in src/$fence.c alone, but is in:" $files
done <<'FENCES'
udunits2 base/units
nettle base/hash
Random123 base/random
yaml\.h text/yaml
hdf5 output/h5
sbml export/sbml
(sundials|cvodes?|nvector|sunmatrix|sunlinsol)/ solve/cvode(_sens|_library)?
(suitesparse/)?klu solve/klu
dlfcn model/cache
FENCES

# Files are 100 to 600 lines by idea; nothing above 600.
while read -r count file; do
    [[ $file == total ]] || ((count <= 600)) || complain "src/$file has $count lines (600 at most)"
done < <(find . -name '*.[ch]' -exec wc -l {} + | sed 's,\./,,')
exit $failed
