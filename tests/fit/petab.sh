#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# export petab: lint and another simulator agree, with doses, switches, given parameters and
# events at the times of measurements.
. "$(dirname "$0")/../cli/lib.sh"
python=${OSW_TEST_PYTHON:-python3}
cp "$root"/tests/fit/pool.{ant,yaml} .
cat >arms.yaml <<'YAML'
model: ./pool.ant
duration: 10 day
every: 1 day
subject: {parameters: {V: 12}}
arms:
  plain: [{at: 0 day, set: {G: 100}}]
  again: [{at: 0 day, set: {G: 100}}, {at: 2 day, set: {G: 40}}, {at: 3.5 day, set: {k: 0.25 1/d}}]
  fast: {subject: {parameters: {k: 1 1/d}}, interventions: [{at: 1 day, set: {X: 3}}]}
YAML
printf '%s\t%s\t%s\t%s\t%s\n' observableId simulationConditionId time measurement noiseParameters \
    X arms/plain 1 5 0.1 X arms/plain 4 2 0.1 X arms/again 2 3 0.1 X arms/again 6 3 0.2 \
    X arms/fast 1 0.1 0.1 X arms/fast 3 0.2 0.1 X pool/half 5 1 0.1 >m.tsv
cat >problem.yaml <<'YAML'
measurements: m.tsv
parameters: {ka: {min: 0.1, max: 10, prior_sd: 0.5}, k: {min: 0.01, max: 5}, V: {min: 1, max: 50}}
YAML
expect 64 'expected -o DIR' export petab ./problem.yaml
expect 0 '' export petab ./problem.yaml -o dir
expect 73 'exists' export petab ./problem.yaml -o dir
that 'V is given in some arms' grep -q '^est_V' dir/parameters.tsv
that 'ka is not' grep -q '^ka' dir/parameters.tsv
printf 'rows: [klotho_ckd5_ckd3]\n' >ratio.yaml
expect 65 'PEtab can say none of the observations' export petab ./ratio.yaml -o none
expect 0 '' fit ./problem.yaml --json -q
cp out fit.json
"$python" "$root/tests/fit/exported.py" dir/problem.yaml fit.json 2e-5
case $? in 77) ((failed)) && exit 1; exit 77 ;; 0) ;; *) failed=1 ;; esac

# of man: values of lives after decades, from the state that the tables give
printf 'rows: [dpucmgp_60, pwv_age_65, fgf23_hd, klotho_ckd5_ckd3]\n' >man.yaml
expect 0 '1 of 4 observations are left out' export petab ./man.yaml -o man
expect 0 '' fit ./man.yaml --json -q --starts 1
cp out fit.json
"$python" "$root/tests/fit/exported.py" man/problem.yaml fit.json 2e-4 fgf23_hd pwv_age_65 dpucmgp_60
that 'the same values' test $? = 0
finish 8
