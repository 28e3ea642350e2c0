#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# osteoswitch-modelc as the build uses it: tables and text must name the same things; each
# fault has its exit code and its place, and leaves no output behind.
set -euo pipefail
modelc=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
failed=0

cat > toy.ant <<'ANT'
unit u_d = 86400 second;
r := k*X;
X' = -r + in_flow;
ANT
head='parameterId\tunit\tstatus\n'
printf "${head}k\t1/d\tassumed\nin_flow\tmmol/L/d\tinput\n" > good.tsv
printf "${head}k\t1/d\tassumed\nin_flow\tmmol/L/d\tinput\nkk\t1\tassumed\n" > extra.tsv
printf "${head}k\t1/d\tassumed\n" > short.tsv
printf "${head}k\t1/d\tassumed\nk\t1/d\tassumed\nin_flow\tmmol/L/d\tinput\n" > twice.tsv
printf "${head}k\t1/year\tmeasured\n" > later.tsv
printf 'parameterId\tunit\nk\t1/d\n' > columns.tsv
printf 'stateId\tunit\nX\tmmol/L\n' > states.tsv
printf 'stateId\tunit\nr\tmmol/L/d\n' > rule.tsv
printf 'outputId\tunit\nr\tmmol/L/d\n' > outputs.tsv
printf 'outputId\tunit\nflux_out\tmmol/L/d\n' > unknown.tsv
printf 'inputId\tparameterId\nspeed\tk\nother\telsewhere\n' > inputs.tsv

# expect CODE PATTERN ARGUMENTS…
expect() {
    local code=$1 pattern=$2 got=0
    shift 2
    rm -f out.c
    "$modelc" "$@" > log 2>&1 || got=$?
    if [[ $got != "$code" ]] || { [[ $pattern ]] && ! grep -qE "$pattern" log; }; then
        echo "modelc $*: exit $got instead of $code, or no /$pattern/ in:"
        cat log
        failed=1
    fi
    if [[ $code != 0 && -e out.c ]]; then
        echo "modelc $*: failed, but wrote its output"
        failed=1
    fi
}

all=(toy.ant --params good.tsv --states states.tsv --outputs outputs.tsv -o out.c)
expect 0 '' "${all[@]}" --depfile out.d
grep -q '^out.c: .*toy.ant' out.d || { echo "no dependency in: $(cat out.d)"; failed=1; }
grep -q 'param_switchable\[\] = {' out.c
tr -d '\n' < out.c | grep -q 'param_switchable\[\] = { *0, 1,};' ||
    { echo "only in_flow should be switchable"; failed=1; }
cp out.c first.c
expect 0 '' "${all[@]}"
cmp out.c first.c || failed=1
expect 0 '' "${all[@]}" --inputs inputs.tsv
tr -d '\n' < out.c | grep -q 'param_switchable\[\] = { *1, 1,};' ||
    { echo "inputs.tsv should make k switchable"; failed=1; }
expect 65 'later.tsv:2|toy.ant:[0-9]+' toy.ant --params good.tsv --params later.tsv \
    --states states.tsv -o out.c
expect 65 'extra.tsv:4:1: error: parameter .kk. does not appear' \
    toy.ant --params extra.tsv --states states.tsv -o out.c
expect 0 '' toy.ant --params extra.tsv --params good.tsv --states states.tsv -o out.c
expect 65 'toy.ant:3.*in_flow|in_flow' toy.ant --params short.tsv --states states.tsv -o out.c
expect 65 'twice.tsv:3:1: error: .*line 2 of twice.tsv already' \
    toy.ant --params twice.tsv --states states.tsv -o out.c
expect 65 "columns.tsv:1: error: the table has no column 'status'" \
    toy.ant --params columns.tsv -o out.c
expect 65 "rule.tsv:2:1: error: 'r' is not a state" \
    toy.ant --params good.tsv --states states.tsv --states rule.tsv -o out.c
expect 65 "unknown.tsv:2:1: error: output 'flux_out' does not appear" \
    toy.ant --params good.tsv --states states.tsv --outputs unknown.tsv -o out.c
expect 66 'absent.tsv' toy.ant --params absent.tsv -o out.c
expect 66 'absent.ant' absent.ant -o out.c
expect 64 'usage' toy.ant
expect 64 'usage' -o out.c
expect 64 'usage' toy.ant --nonsense -o out.c
expect 73 'nowhere' toy.ant --params good.tsv --states states.tsv -o nowhere/out.c
exit $failed
