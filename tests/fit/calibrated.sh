#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The recalibration of the shipped tables: prints which calibrate rows move each calibrated
# parameter, and fails when one is moved by none of the rows that its note names, when the
# problem takes rows of another use, or when a fit from the tables' values finds better ones
# (then the tables are not what the documented command gives).
. "$(dirname "$0")/../cli/lib.sh"
cd "$root" || exit 1
"$osteoswitch" fit human --starts 1 --json -q >"$work/fit.json" || exit 1
python3 - "$work/fit.json" <<'PY'
import csv, json, re, sys
fit = json.load(open(sys.argv[1]))
bad = 0
def complain(text):
    global bad
    bad = 1
    print(text)
def table(path):
    lines = [l for l in open(path, encoding='utf-8') if not l.startswith('#')]
    return list(csv.DictReader(lines, delimiter='\t', quoting=csv.QUOTE_NONE))
use = {r['id']: r['use'] for r in table('params/evidence/evidence.tsv')}
taken = {o['id'] for o in fit['observations']}
for row in taken:
    if use[row] != 'calibrate':
        complain(f'{row} is a row for {use[row]}')
notes = {}
for name in ('common', 'human', 'mouse', 'culture'):
    for r in table(f'params/{name}.tsv'):
        if r['status'] == 'calibrated':
            notes[name + '.tsv', r['parameterId']] = r['note']
estimated = {(p['table'], p['id']): p for p in fit['parameters']}
if set(notes) != set(estimated):
    complain(f'calibrated: {sorted(notes)}\nestimated: {sorted(estimated)}')
for key, p in estimated.items():
    print(f"{p['id']:10} {', '.join(p['moves']) or 'nothing'}")
    named = [w for w in re.findall(r'\w+', notes.get(key, '')) if use.get(w) == 'calibrate']
    if not set(named) & set(p['moves']):
        complain(f"{p['id']}: none of the rows in its note moves it: {named}")
if not fit['sum_before'] - fit['sum'] < 0.1:
    complain('the tables are not calibrated: osteoswitch fit human --update')
print(f"sum of squares {fit['sum_before']:.4g}, fitted {fit['sum']:.4g}")
sys.exit(bad)
PY
