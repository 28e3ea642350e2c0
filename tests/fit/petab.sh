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

# a start that follows parameters, in names that the generated code of others uses
printf "x' = -k*x\nw' = k*x - w\nx = p*exp(-k)/2\nw = p\nx_ := x + w\ny := w\nk = 0.3\np = 5\nh = 2\n" >start.ant
printf 'model: ./start.ant\nduration: 10 day\nevery: 1 day\narms:\n  a: []\n  b: {subject: {parameters: {p: 4}}}\n' >start.yaml
sed -i '$a\  c: [{at: 0 day, set: {w: 7}}]' start.yaml
printf '%s\t%s\t%s\t%s\t%s\n' observableId simulationConditionId time measurement noiseParameters \
    x_ start/a 2 2.7 0.2 y start/a 5 1.5 0.2 y start/b 2 1 0.2 y start/c 3 1 0.2 >taken.tsv
printf 'measurements: taken.tsv\nparameters: {k: {min: 0.01, max: 10, prior: none}, p: {min: 0.1, max: 100, prior: none}}\n' >fitted.yaml
expect 0 "'x' is called 'x__' in PEtab" export petab ./fitted.yaml -o start
that 'the start of x names its parameters' \
    grep -q $'^e_start__a__0\tx__\t.*est_p\\*exp(-(k_))' start/conditions.tsv
that 'where p is given its value stands' \
    grep -q $'^e_start__b__0\tx__\t.*(4)\\*exp(-(k_))' start/conditions.tsv
that 'a state that is set is a number' grep -qx $'e_start__c__0\tw__\t7' start/conditions.tsv
that 'k is estimated by its new name' grep -q '^k_' start/parameters.tsv
that 'no name of AMICI is left' test -z "$(grep -oE 'id="(x|w|y|k|p|h)"' start/model.xml)"
that 'a name of the text is kept as a label' grep -q 'id="y_" name="y"' start/model.xml
expect 0 '' fit ./fitted.yaml --json -q --starts 1
cp out fit.json
"$python" "$root/tests/fit/exported.py" start/problem.yaml fit.json 2e-5
that 'the same values from starts by formula' test $? = 0

# of man: values of lives after decades, from the state that the tables give
printf 'rows: [dpucmgp_60, pwv_age_65, fgf23_hd, klotho_ckd5_ckd3]\n' >man.yaml
expect 0 '1 of 4 observations are left out' export petab ./man.yaml -o man
expect 0 '' fit ./man.yaml --json -q --starts 1
cp out fit.json
"$python" "$root/tests/fit/exported.py" man/problem.yaml fit.json 2e-4 fgf23_hd pwv_age_65 dpucmgp_60
that 'the same values' test $? = 0
finish 18
