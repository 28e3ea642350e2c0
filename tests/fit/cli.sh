#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# osteoswitch fit from the command line: what it writes, and every way a problem can be wrong.
. "$(dirname "$0")/../cli/lib.sh"
cp "$root"/tests/fit/pool.{ant,yaml} .

columns='observableId\tsimulationConditionId\ttime\tmeasurement\tnoiseParameters\n'
printf "$columns"'X\tpool/full\t1\t5.2\t0.1\nX\tpool/half\t3\t2.1\t0.1\nX\tpool/full\t8\t0.9\t0.1\n' >m.tsv
# problem TEXT: problem.yaml
problem() { printf '%b\n' "$1" >problem.yaml; }
good='parameters: {ka: {min: 0.1, max: 10}, k: {min: 0.01, max: 5}}'

problem "title: a pool\nmeasurements: m.tsv\nstarts: 3\n$good"
expect 0 '^  k  +0.5 +0.3(698|70).* none ' fit ./problem.yaml
expect 0 'start .* end' fit ./problem.yaml -q
"$osteoswitch" fit ./problem.yaml --json -j1 >one.json 2>/dev/null
"$osteoswitch" fit ./problem.yaml --json -j3 >three.json 2>/dev/null
that 'the same for any number of threads' cmp -s one.json three.json
expect 0 '' fit ./problem.yaml -o dir --profile k --json
that 'fit.json is the same as --json' cmp -s out dir/fit.json
expect 73 'exists' fit ./problem.yaml -o dir
expect 0 '' fit ./problem.yaml -o dir --force
that 'JSON' python3 - <<'PY'
import json
f = json.load(open('dir/fit.json'))
g = json.load(open('one.json'))
assert [p['id'] for p in f['parameters']] == ['ka', 'k'] and len(f['observations']) == 3
assert len(g['starts']) == 3 and g['sum'] <= g['sum_before'] and not g['profiles']
PY
expect 66 "the problem does not estimate 'kk' \(did you mean 'k" fit ./problem.yaml --profile kk
expect 65 "pool.ant:[0-9]+:[0-9]+: .*value in the model's text" fit ./problem.yaml --update
expect 66 'no-such' fit no-such
expect 64 'fit needs' fit
expect 0 '^human ' list fits

problem "measurements: m.tsv\nparameters: {kaa: {min: 1, max: 2}}"
expect 65 "problem.yaml:2:14: .*unknown parameter 'kaa' \(did you mean 'ka'\?\)" fit ./problem.yaml
problem "measurements: m.tsv\nparameters: {ka: {min: 3, max: 2}}"
expect 65 'problem.yaml:2:14: .*bounds 0 < min < max; found 3 to 2' fit ./problem.yaml
problem "measurements: m.tsv\nparameters: [ka]"
expect 65 'problem.yaml:2:14: .*bounds 0 < min < max; found -inf to inf' fit ./problem.yaml
problem "measurements: m.tsv\nparameters: {ka: {min: 3, max: 4}}"
expect 65 'problem.yaml:2:14: .*value 2 is outside its bounds 3 to 4' fit ./problem.yaml
problem "measurements: m.tsv\nparameters: {ka: {min: -1, max: 4}}"
expect 65 'problem.yaml:2:24: .*min: expected a number above 0' fit ./problem.yaml
problem "measurements: m.tsv\nparameters: {ka: {low: 1}}"
expect 65 "problem.yaml:2:19: .*'low'" fit ./problem.yaml
problem "measurements: m.tsv\nparameters: {ka: {prior: normal}}"
expect 65 'problem.yaml:2:26: .*prior: expected none' fit ./problem.yaml
problem "measurements: m.tsv\nparameters: []"
expect 65 'problem.yaml:2:13: .*expected names' fit ./problem.yaml
problem "measurements: m.tsv"
expect 65 'problem.yaml:1:1: .*no parameter of these models is called calibrated' fit ./problem.yaml
problem "measurements: m.tsv\n$good\nstarts: 0"
expect 65 'problem.yaml:3:9: .*starts: expected a whole number from 1' fit ./problem.yaml
problem "measurements: m.tsv\n$good\nrtol: 1"
expect 65 'problem.yaml:3:7: .*rtol: expected 1e-12 to 1e-2' fit ./problem.yaml
problem "measurements: m.tsv\n$good\nstart: 2"
expect 65 "problem.yaml:3:1: .*'start' .*did you mean 'starts'" fit ./problem.yaml
problem "measurements: absent.tsv\n$good"
expect 65 'problem.yaml:1:15: ' fit ./problem.yaml
problem "just text"
expect 65 'problem.yaml:1:1: .*expected keys' fit ./problem.yaml

# bad PATTERN ROWS: these measurements are refused so
bad() {
    printf "$columns$2" >bad.tsv
    problem "measurements: bad.tsv\n$good"
    expect 65 "$1" fit ./problem.yaml
}
bad "bad.tsv:2:1: .*no output 'Y'" 'Y\tpool/full\t1\t5\t1\n'
bad "bad.tsv:2:3: .*scenario .*no arm 'ful' \(did you mean 'full'" 'X\tpool/ful\t1\t5\t1\n'
bad 'bad.tsv:2:3: .*expected SCENARIO/ARM' 'X\tpool\t1\t5\t1\n'
bad 'bad.tsv:2:3: ' 'X\tnowhere/full\t1\t5\t1\n'
bad "bad.tsv:2:13: .*'11 day' is after the end" 'X\tpool/full\t11\t5\t1\n'
bad 'bad.tsv:2:13: .*time' 'X\tpool/full\tsoon\t5\t1\n'
bad 'bad.tsv:2:17: .*standard deviation above 0, found 0' 'X\tpool/full\t1\t5\t0\n'
bad 'bad.tsv:2:15: .*measurement' 'X\tpool/full\t1\t\t1\n'
bad 'bad.tsv:2:17: .*noiseParameters' 'X\tpool/full\t1\t5\tsigma\n'
bad 'bad.tsv:1: .*with 0 rows' ''
printf 'observableId\tsimulationConditionId\ttime\tmeasurement\nX\tpool/full\t1\t5\n' >bad.tsv
expect 65 "bad.tsv:1: .*needs the column 'noiseParameters'" fit ./problem.yaml
columns=${columns%\\n}'\tnoiseDistribution\n'
bad 'bad.tsv:2:19: .*expected normal or log-normal' 'X\tpool/full\t1\t5\t1\tcauchy\n'
bad 'bad.tsv:2:15: .*-5 cannot have log-normal noise' 'X\tpool/full\t1\t-5\t1\tlog-normal\n'

# What was kept for validation never enters.
problem 'rows: [fgf23_hd, phosphate_ageing]'
expect 65 "problem.yaml:1:18: .*'phosphate_ageing' is for 'validate': only calibrate rows" fit ./problem.yaml
for use in derived:medial_ca_age_50 identity:mesa_example_0 contradiction:warfarin_rat_rescue; do
    problem "rows: [${use#*:}]"
    expect 65 "is for '${use%:*}'" fit ./problem.yaml
done
problem 'rows: [fgf23]'
expect 65 "problem.yaml:1:8: .*unknown row of evidence 'fgf23'" fit ./problem.yaml
problem 'rows: []'
expect 65 'problem.yaml:1:7: .*expected a list of ids' fit ./problem.yaml
problem 'rows: [culture_dose_order]'
expect 65 'no observation with a slope' fit ./problem.yaml

# Recalibration of tables: fitted values and nothing else is another.
cp -r "$root/params" . && chmod -R u+w params
problem 'rows: [ppi_healthy, culture_bmp2_uptake]\nparameters: {a_PiTB: {prior: none, min: 0.01}}'
expect 0 'a_PiTB' fit ./problem.yaml --update -o fitted
that 'one line changed' test "$(diff params/common.tsv "$root/params/common.tsv" | grep -c '^<')" = 1
that 'one row alone' test "$(grep -vc '^#' fitted/common.tsv)" = 2
that 'the row is the same' diff <(grep '^a_PiTB' fitted/common.tsv) <(grep '^a_PiTB' params/common.tsv)
that 'no other table' diff -rq params "$root/params" -x common.tsv
value=$(awk -F'\t' '$1 == "a_PiTB" {print $5}' params/common.tsv)
expect 0 "a_PiTB +$value " fit ./problem.yaml
that 'a fit of what was fitted finds it' awk '$1 == "a_PiTB" {exit !($2/$3 > 0.999 && $2/$3 < 1.001)}' out
chmod a-w params/common.tsv params
if ((EUID)); then expect 73 'cannot be written' fit ./problem.yaml --update; fi
finish 50
