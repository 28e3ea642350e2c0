#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The value at the time of an event is the one before it, in every output; a drug without
# effect changes nothing, by every solver. (docs/events.md)
. "$(dirname "$0")/lib.sh"

cat >m.ant <<'E'
A' = -k*A
A = 1
k = 0.1
D' = -D
D = 0
E
printf 'model: ./m.ant\ntitle: dose\ndose: 1\nevery: 7 day\ntargets:\n  - {state: A, add: "dose"}\n' >dose.yaml
printf 'model: ./m.ant\ntitle: nothing\ndose: 1\nevery: 7 day\ntargets:\n  - {state: D, add: "dose"}\n' >idle.yaml
printf 'model: ./m.ant\nduration: 21 day\nat: [0 day, 7 day, 14 day]\narms:\n  none: []\n  dose: [./dose]\n  idle: [./idle]\n' >s.yaml

# A after doses at 0 and 7 days, before the one at 14: e^-1.4 (1 + 1) + e^-0.7
right=0.98978
near() { awk -v x="$1" -v r="$2" -v e="${3:-1e-4}" 'BEGIN { d = x - r; exit !(x + 0 == x && d < e && -d < e) }'; }

for solver in cvode rosenbrock envelope; do
    expect 0 '' run ./s.yaml --solver "$solver" --csv a.csv -f
    that "$solver: each arm and time once" test -z "$(cut -d, -f1,2 a.csv | sort | uniq -d)"
    that "$solver: day 0 is before the dose" near "$(awk -F, '$1 == "dose" && $2 == 0 { print $3 }' a.csv)" 1
    that "$solver: day 14 is before the dose" near "$(awk -F, '$1 == "dose" && $2 == 14 { print $3 }' a.csv)" $right
    for day in 0 7 14; do
        that "$solver: a drug without effect at day $day" near \
            "$(awk -F, -v t=$day '$1 == "idle" && $2 == t { print $3 }' a.csv)" \
            "$(awk -F, -v t=$day '$1 == "none" && $2 == t { print $3 }' a.csv)" 5e-6
    done
    expect 0 '' run ./s.yaml --solver "$solver" --both-sides --csv b.csv -o b.h5 -f
    that "$solver: sides tell rows apart" test -z "$(cut -d, -f1-3 b.csv | sort | uniq -d)"
    that "$solver: after the dose" near \
        "$(awk -F, '$1 == "dose" && $2 == 14 && $3 == "after" { print $4 }' b.csv)" 1.98978
    expect 0 '' run --replay b.h5
done

expect 0 '' run ./s.yaml --both-sides --units --csv u.csv -f
that 'units have a field each' test "$(awk -F, 'NR < 3 { print NF }' u.csv | uniq | wc -l)" = 1

printf 'scenario: ./s.yaml\nmethod: montecarlo\nsamples: 1\nseed: 1\nparameters: {k: {min: 0.1, max: 0.1000001}}\n' >d.yaml
expect 0 '' sweep ./d.yaml -o w -q
expect 0 '' sweep merge w -o w.h5 -q
if "${OSW_TEST_PYTHON:-python3}" -c 'import h5py' 2>/dev/null; then
    that 'a sweep gives the value before, too' near \
        "$("${OSW_TEST_PYTHON:-python3}" -c "import h5py; print(h5py.File('w.h5')['outputs/A'][0, 1, 2])")" $right
fi

printf 'observableId\tsimulationConditionId\ttime\tmeasurement\tnoiseParameters\nA\ts/dose\t14\t1.5\t0.1\n' >data.tsv
printf 'measurements: data.tsv\nparameters:\n  k: {min: 0.01, max: 1, prior: none}\n' >p.yaml
"$osteoswitch" fit ./p.yaml --json >fit.json 2>err
that 'and a fit' near "$(sed -n 's/.*"id": "A@.*"before": *\([0-9.e+-]*\).*/\1/p' fit.json)" $right
finish 36
