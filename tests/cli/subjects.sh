#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What a shipped subject is called, it is at any age that it is given: kidney function of
# the stages and of dialysis, diabetes; and the past of a measured egfr.
. "$(dirname "$0")/lib.sh"

# is SUBJECT YEARS LOW HIGH: GFR so many years before time 0 (in the nearest row)
is() {
    local x
    printf 'model: human\nsubject: %s\nduration: 1 day\noutputs: [gfr]\narms: {a: []}\n' "$1" >s.yaml
    expect 0 '' run ./s.yaml --history --csv h.csv --force -q
    x=$(awk -F, -v t="$2" 'NR > 1 && $3 != "nan" { d = $2 + 365.25*t; if (d < 0) d = -d
        if (!n++ || d < best) { best = d; x = $3 } } END { printf "%.6g", x }' h.csv)
    that "$1: GFR $x $2 years before, expected $3 to $4" awk "BEGIN { exit !($x >= $3 && $x <= $4) }"
}

for age in 30 50 57 62 85; do
    is "{extends: haemodialysis, age: $age year}" 0 1 3 # residual function wears off in years
    is "{extends: haemodialysis, age: $age year, dialysis_vintage: 0 year}" 0 5 10
    is "{extends: ckd3, age: $age year}" 0 40 50
    is "{extends: ckd4, age: $age year}" 0 20 30
    is "{extends: ckd4, age: $age year, ckd_duration: 0 year}" 0 20 30
    is "{extends: ckd5, age: $age year}" 0 9 15
done
is '{extends: haemodialysis, age: 50 year, dialysis_vintage: 10 year}' 10 8 11
is '{extends: haemodialysis, age: 50 year, dialysis_vintage: 10 year}' 20 95 112

# a healthy kidney in youth, the value at the age, and no change from there on
for case in '55 70' '60 27' '40 10' '75 50'; do
    read -r age egfr <<<"$case"
    subject="{extends: healthy, age: $age year, egfr: $egfr mL/min}"
    is "$subject" 0 "$egfr - 0.2" "$egfr + 0.2"
    is "$subject" "$((age - 20))" 100 112
    is "$subject" 5 "$egfr + 8" "$egfr + 30"
done
is '{extends: healthy, age: 60 year, egfr: 40 mL/min, egfr_slope: 0 mL/min/year}' 30 39.8 40.2
is '{extends: healthy, age: 60 year, egfr: 40 mL/min, egfr_slope: -1 mL/min/year}' 30 69.8 70.2
is '{extends: healthy, age: 60 year, egfr: 150 mL/min}' 0 85 100
is '{extends: healthy, age: 15 year}' 0 100 112
expect 0 'warning: an age of 15 year is outside' run ./s.yaml

scenario() { printf 'model: human\nsubject: %s\nduration: 1 year\narms: {a: []}\n' "$1" >s.yaml; }
scenario '{extends: healthy, age: 55 year, egfr: 70 mL/min}'
expect 0 'life .*GFR .* 70.1 at 55 years .egfr without egfr_slope' check ./s.yaml
scenario '{extends: healthy, age: 55 year, egfr: 70 mL/min, egfr_slope: 0 mL/min/year}'
expect 0 '70.1 at 55 years$' check ./s.yaml
scenario '{extends: haemodialysis, age: 50 year, parameters: {ckd_onset: 56 year}}'
expect 65 "'haemodialysis' does not hold at its age of 50 year.*State dialysis_vintage" run ./s.yaml
scenario '{extends: postmenopausal, age: 45 year}'
expect 65 "menopause is 51 year .menopause_duration -6 year" run ./s.yaml
expect 65 "does not hold at its age of 62 year: ckd_onset is 70" run haemodialysis --set 'ckd_onset=70 year'
scenario 'type2_diabetes'
expect 0 '' run ./s.yaml --set 'age=40 year' --csv a.csv -q
scenario '{extends: healthy, age: 40 year, diabetes: yes, diabetes_onset: 25 year}'
expect 0 '' run ./s.yaml --csv b.csv -q
that "diabetes at 40 began at 25" cmp a.csv b.csv
expect 0 'ok ' check human --set 'dialysis_vintage=5 year' --set ckd=1 --states 1
finish 80
