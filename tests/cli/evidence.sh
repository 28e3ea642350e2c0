#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The scoreboard: the shipped table, its misses against the documented ones, JSON, figure,
# exit codes, a table of one's own.
. "$(dirname "$0")/lib.sh"
table=$root/params/evidence/evidence.tsv
rows=$(grep -vcE '^(#|id	|$)' "$table")

"$osteoswitch" evidence >shown 2>err
code=$?
"$osteoswitch" evidence --json >json 2>>err
that 'the same exit code with --json' test $? = $code
counted=$(grep -cE '"use": "(calibrate|validate)".*"verdict": "(outside|failed)"' json)
that 'exit 3 exactly when a counted row is not inside' test $code = $((counted ? 3 : 0))
that 'every row once' test "$(grep -c '"id": ' json)" = "$rows"
that 'no published row was dropped' test "$rows" -ge 99
that 'ids are unique' test -z "$(grep -o '"id": "[^"]*"' json | sort | uniq -d)"
that 'all the fields of a row, in order' test "$(grep -cE '^ \{"id": "[^"]+", "use": "[a-z]+", "simulated": (-?[0-9.e+-]+|null), "published": (-?[0-9.e+-]+|null), "lower": (-?[0-9.e+-]+|null), "upper": (-?[0-9.e+-]+|null), "unit": "[^"]+", "verdict": "(inside|outside|failed)", "note": ".*"\},?$' json)" = "$rows"
that 'nothing fails' test "$(grep -c '"verdict": "failed"' json)" = 0
if command -v python3 >/dev/null; then
    that 'JSON parses' python3 -c 'import json; json.load(open("json"))'
fi

# What the documentation says is missed, with its sentence, is what is missed now.
sed -n '/^Not inside:/,/^$/p' shown |
    sed -nE 's/^  ([^ ]+) \(([a-z]+)\): (.*)$/- `\1` (\2): \3/p' >now
sed -n '/^## Rows that are not inside/,/^## /p' "$root/params/evidence/README.md" |
    grep '^- `' >documented
that 'misses are those of params/evidence/README.md (< now, > documented; tests/evidence/document.sh)' \
    diff now documented
that 'every miss has its sentence' test -z "$(grep 'no note in the table' now)"
for use in calibrate validate; do
    said=$(grep -E "^$use: [0-9]+ of [0-9]+ inside" shown)
    that "the README says '$said'" grep -qF "$said" "$root/params/evidence/README.md"
done

expect 0 '^calibrate: 2 of 2 inside$' evidence pwv_age_25 mk7_half_life
expect 66 "no row 'pwv_age_26' \(did you mean 'pwv_age_25'" evidence pwv_age_26
expect 64 "--use: expected one of calibrate.*, found 'validat' \(did you mean 'validate'" evidence --use validat
expect 0 'identity: ' evidence --use identity
that 'only that use' test -z "$(grep -E '^  [a-z].* calibrate ' out)"
expect 66 'none of these rows' evidence pwv_age_25 --use validate
expect 66 'absent.tsv' evidence --table absent.tsv
if command -v gnuplot >/dev/null; then
    expect 0 'drew forest.svg' evidence pwv_age_25 mk7_half_life -o forest.svg
    that 'a figure' grep -q '</svg>' forest.svg
    that 'with the row' grep -q 'mk7_half_life' forest.svg
    expect 73 'exists' evidence pwv_age_25 -o forest.svg
    expect 0 '' evidence pwv_age_25 -o forest.svg --force
fi
expect 64 'expected .png, .svg or .pdf' evidence pwv_age_25 -o forest.txt

# a table of one's own, its scenario and model beside it
mkdir own
cat >own/decay.ant <<'EOT'
unit u_per_day = 1/(86400 second);
k = 0.5; k has u_per_day;
X' = -k*X; X = 10; X has dimensionless;
EOT
printf 'model: ./decay.ant\nduration: 4 day\narms: {plain: []}\n' >own/run.yaml
columns='id	use	scenario	arm	control	output	at	reference	statistic	value	lower	upper	unit	source	note'
printf '%s\n' "$columns" \
    'gone	validate	run.yaml	plain		X	4 day	0 day	remaining_fraction	0.14	0.13	0.14	1		' \
    'stays	derived	run.yaml	plain		X	4 day	0 day	remaining_fraction	1	0.9		1		it decays' \
    >own/table.tsv
expect 0 'validate: 1 of 1 inside' evidence --table own/table.tsv
that 'an uncounted miss is shown' grep -q 'stays (derived): it decays' out
sed -i 's/0\.13	0\.14/0.14	0.15/' own/table.tsv
expect 3 'gone (validate): no note in the table|gone' evidence --table own/table.tsv
expect 3 '"simulated": 0\.1353' evidence --table own/table.tsv --json
sed -i 's/4 day	0 day/5 day	0 day/' own/table.tsv
expect 65 "own/table.tsv:2:[0-9]+: error: at: '5 day' is after the end" evidence --table own/table.tsv
finish 30
