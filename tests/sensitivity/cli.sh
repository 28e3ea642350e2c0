#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# sweep sample and sensitivity --analyze from the command line: the whole way on a closed
# form, and each way to ask wrongly.
set -euo pipefail
program=$1 data=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export XDG_CACHE_HOME=$folder
failed=0
complain() { echo "$*"; failed=1; }

"$program" sweep sample "$data/saltelli.yaml" 2>/dev/null > points.tsv
[[ $(wc -l < points.tsv) == $((256 * 8 + 1)) ]] || complain "sample: $(wc -l < points.tsv) lines"
awk -F'\t' 'NR > 1 { printf "%.17g\n", sin($2) + 7 * sin($3)^2 + 0.1 * $4^4 * sin($2) }' \
    points.tsv > y.txt
"$program" sensitivity --analyze sobol --design "$data/saltelli.yaml" --values y.txt \
    -o indices.tsv 2>/dev/null
# S1 of x2 is 0.4424, ST of x3 is 0.2437 (Ishigami & Homma 1990).
awk -F'\t' 'NR > 1 && $5 == "" && $4 == "x2" { found++; if ($6 < 0.34 || $6 > 0.54) exit 1 }
    NR > 1 && $5 == "" && $4 == "x3" { found++; if ($8 < 0.18 || $8 > 0.31) exit 1 }
    END { if (found != 2) exit 1 }' indices.tsv || complain "indices: $(cat indices.tsv)"

# expect EXIT TEXT ARGUMENT…
expect() {
    local code=0 wanted=$1 text=$2
    shift 2
    "$program" "$@" > out 2> err || code=$?
    [[ $code == "$wanted" ]] || complain "$*: exit $code, expected $wanted"
    grep -qF -- "$text" err || complain "$*: no '$text' in: $(cat err)"
}
expect 64 'or --analyze METHOD' sensitivity
expect 64 'needs --design DESIGN and --values FILE' sensitivity --analyze sobol
expect 64 "--points belongs to --analyze=morris" sensitivity --analyze sobol \
    --design "$data/saltelli.yaml" --values y.txt --points y.txt
expect 65 '--analyze morris needs morris' sensitivity --analyze morris \
    --design "$data/saltelli.yaml" --values y.txt
expect 66 'nowhere' sensitivity --analyze sobol --design "$data/saltelli.yaml" \
    --values nowhere.txt
expect 66 'nodesign' sweep sample nodesign
expect 64 'expected sample, status, verify or merge' sweep smaple "$data/saltelli.yaml"
head -5 y.txt > few.txt
expect 65 '5 rows, but the design' sensitivity --analyze sobol \
    --design "$data/saltelli.yaml" --values few.txt
{ echo 1; echo 'two'; } > words.txt
expect 65 "words.txt:2:1: error: expected a number, found 'two'" sensitivity \
    --analyze sobol --design "$data/saltelli.yaml" --values words.txt
{ echo 1 2; echo 3; } > ragged.txt
expect 65 '1 numbers in this row, 2 in the first' sensitivity --analyze sobol \
    --design "$data/saltelli.yaml" --values ragged.txt
awk 'BEGIN { for (i = 0; i < 200; i++) print i, i, i }' > no.txt
expect 65 'are no trajectory' sensitivity --analyze morris --design "$data/morris.yaml" \
    --values no.txt --points no.txt
expect 73 'indices.tsv' sensitivity --analyze sobol --design "$data/saltelli.yaml" \
    --values y.txt -o indices.tsv
# Values of one size have no indices: the figure has no bars.
sed 's/.*/1/' y.txt > same.txt
"$program" sensitivity --analyze sobol --design "$data/saltelli.yaml" --values same.txt \
    -o same.tsv --figure same.svg 2> said || complain "one value: exit $?: $(cat said)"
grep -q '<svg' same.svg || complain "one value: no figure"
# A sweep's outputs that no factor moves, that factors move by less than the tolerance, and
# differences of arms that are none: what is left is the integrator's noise, which has no
# indices; the output beside them has.
cat > flat.ant << 'END'
A' = -k*A
A = 5
k = 0.3
C' = -0.2*C
C = 192.53
E := C*(1 + 1e-9*k)
END
printf 'model: ./flat.ant\nduration: 5 day\nevery: 5 day\narms: {a: [], b: []}\n' > flat.yaml
for method in saltelli morris; do
    printf 'title: flat\nscenario: ./flat.yaml\nmethod: %s\nsamples: 32\nat: [5 day]\noutputs: [A, C, E]\nparameters: {k: {min: 0.1, max: 0.5}}\n' \
        $method > $method.yaml
    "$program" sweep ./$method.yaml -o $method -q 2>/dev/null || complain "$method: exit $?"
    expect 0 "4 of 6 columns have no indices (nan), the first of 'C'" sensitivity $method
    awk -F'\t' 'NR > 1 && ($1 == "A") == ($5 == "nan" || $7 == "nan") { exit 1 }' out || complain "$method: $(cat out)"
    expect 0 "3 of 3 columns have no indices (nan), the first of 'A'" sensitivity $method --against a
done
exit $failed
