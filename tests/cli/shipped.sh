#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What is shipped in params: every file is usable, states where it comes from and stands in
# the README, whose own example is checked too; the two stress scenarios give finite numbers in
# range; a few effects have the direction and size of their sources.
. "$(dirname "$0")/lib.sh"
params=$root/params

for kind in subjects interventions scenarios; do
    for file in "$params/$kind"/*.yaml; do
        expect 0 '^ok ' check "$file"
        that "$file has a title" grep -q '^title: ' "$file"
        that "README.md names $file" grep -qw -- "$(basename "$file" .yaml)" "$params/README.md"
    done
done
for file in "$params"/designs/*.yaml; do
    expect 0 '^member' sweep sample "$file" --digits 6
    that "$file has a title and a note" grep -qE '^note: ' "$file"
    that "designs/README.md names $file" \
        grep -qw -- "$(basename "$file" .yaml)" "$params/designs/README.md"
done
for file in "$params"/fit/*.yaml; do
    that "$file has a title and a note" grep -qE '^note: ' "$file"
    that "list fits names $file" grep -qw -- "$(basename "$file" .yaml)" <("$osteoswitch" list fits)
    that "fit/README.md names $file" grep -qw -- "$(basename "$file" .yaml)" "$params/fit/README.md"
done
for file in "$params"/interventions/*.yaml; do
    that "$file grades its evidence" \
        grep -qE '^evidence: (RCT|meta-analysis|observational|preclinical|mechanistic)$' "$file"
    that "$file has a source" grep -qE '^source: .{10}' "$file"
    that "$file has a note" grep -qE '^note: .{10}' "$file"
done

sed -n '/^```yaml/,/^```/p' "$params/README.md" | sed '/^```/d' >example.yaml
expect 0 '^ok ' check ./example.yaml

# value FILE ARM DAYS OUTPUT: the last value at that time
value() {
    awk -F, -v arm="$2" -v t="$3" -v name="$4" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) column = i }
        $1 == arm && $2 == t { x = $column }
        END { print x }' "$1"
}

# between LOW HIGH EXPRESSION
between() { awk "BEGIN { x = $3; exit !(x >= $1 && x <= $2) }"; }

for name in extremes all-interventions; do
    expect 0 '' run $name --csv $name.csv
    that "$name: finite, not negative, fractions up to 1" awk -F, '
        NR == 1 { for (i = 1; i <= NF; i++) head[i] = $i; next }
        { for (i = 3; i <= NF; i++) {
              least = head[i] ~ /^(mineral_flux|bone_|calcium_excretion)|_balance$/ ? -1e3 : -1e-6
              most = head[i] ~ /_fraction$/ ? 1 + 1e-6 : 1e9
              if ($i !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/ || $i < least || $i > most) {
                  print head[i], $i; exit 1 } } }
        END { exit NR < 10 }' $name.csv
done

expect 0 '' run mk7-dose-response --csv k.csv
that 'dp-ucMGP -31 % at 180 ug/d (-40 to -22)' between -0.40 -0.22 \
    "$(value k.csv mk7_180 84 dp_ucmgp) / $(value k.csv placebo 84 dp_ucmgp) - 1"
that 'dp-ucMGP -46 % at 360 ug/d (-56 to -36)' between -0.56 -0.36 \
    "$(value k.csv mk7_360 84 dp_ucmgp) / $(value k.csv placebo 84 dp_ucmgp) - 1"
expect 0 '' run magnesium-ckd --csv m.csv
that 'T50 +40 min at 30 mmol/d (11 to 70)' between 11 70 \
    "$(value m.csv magnesium_30 56 t50) - $(value m.csv placebo 56 t50)"
expect 0 '' run exercise --csv x.csv
that 'exercise -0.5 to -1.5 m/s' between -1.5 -0.44 \
    "$(value x.csv exercise 182.625 cfpwv) - $(value x.csv sedentary 182.625 cfpwv)"
that 'what exercise gave is gone two years after it stopped' between -0.05 0.05 \
    "$(value x.csv stopped 1095.75 cfpwv) - $(value x.csv sedentary 1095.75 cfpwv)"
that 'exercise leaves mineral' between 0.95 1.01 \
    "$(value x.csv exercise 1095.75 ha) / $(value x.csv sedentary 1095.75 ha)"
expect 0 '' run statin-cac --csv s.csv
that 'a statin does not lower coronary calcium' between -0.05 0.35 \
    "$(value s.csv atorvastatin_20 1095.75 cac) / $(value s.csv placebo 1095.75 cac) - 1"
that 'the matched coronary calcium is met' between 99.9 100.1 \
    "$(value s.csv placebo 0 cac)"

finish 250
