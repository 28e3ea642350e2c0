#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Where results go wrong: existing files, folders that cannot be written, a full disk, a
# reader that leaves, signals. Never a partial file under the final name.
. "$(dirname "$0")/lib.sh"

cat >short.yaml <<'EOF'
title: short
model: human
subject: {extends: healthy, age: 40 year}
duration: 60 day
every: 10 day
outputs: [cfpwv, ha]
arms: {placebo: [], mk7: [mk7]}
EOF
expect 0 'mk7' run ./short.yaml -o r.h5
expect 73 'r.h5: error: exists; --force overwrites it' run ./short.yaml -o r.h5
expect 0 'wrote r.h5' run ./short.yaml -o r.h5 --force
expect 73 'is a directory' run ./short.yaml -o . --force
expect 73 'cannot create' run ./short.yaml -o no/such/folder/r.h5
expect 73 'exists' run ./short.yaml --csv /dev/null
expect 73 'needs a name' run ./short.yaml -o ''
expect 64 'HDF5 goes to a file' run ./short.yaml -o -
expect 64 'name the same file' run ./short.yaml -o both --csv ./both --force
that 'nothing is written under one name for two' absent 'both*'

# never onto what the command reads, under any of its names
cp short.yaml before.yaml
ln -s short.yaml link.yaml
expect 73 'is read by this command' run ./short.yaml -o short.yaml --force
expect 73 'is read by this command' run ./link.yaml --csv short.yaml --force
that 'the scenario is as it was' cmp short.yaml before.yaml

# a FIFO, a device and /dev/stdout are written into; other links are refused; modes stay
mkfifo fifo
timeout 60 cat fifo >through &
expect 0 'wrote fifo' run ./short.yaml --csv fifo --force
wait $!
expect 0 '' run ./short.yaml --csv plain.csv -q
that 'a FIFO carries the table' cmp through plain.csv
that 'a FIFO stays one' test -p fifo
expect 0 '' run ./short.yaml -o /dev/null --force -q
"$osteoswitch" run ./short.yaml --csv /dev/stdout --force -q >through 2>err
judge 0 '' $? 'run --csv /dev/stdout'
that '/dev/stdout is standard output' grep -q '^mk7,60' through
ln -s plain.csv other.csv
cp plain.csv before.csv
expect 73 'is a symbolic link' run ./short.yaml --csv other.csv --force
that 'what a link leads to stays' cmp plain.csv before.csv
chmod 604 plain.csv
expect 0 '' run ./short.yaml --csv plain.csv --force -q
that 'the mode of a replaced file stays' test "$(stat -c %a plain.csv)" = 604

if [[ $(id -u) != 0 ]]; then
    mkdir locked && chmod a-w locked
    expect 73 'cannot create' run ./short.yaml -o locked/r.h5
fi

# in lanes: the same table to five digits, recorded, repeated
expect 0 'rosenbrock' list solvers
"$osteoswitch" run ./short.yaml --csv - --digits 5 -q >cvode.csv
"$osteoswitch" run ./short.yaml --csv - --digits 5 -q --solver rosenbrock >lanes.csv
that 'both solvers print the same' cmp cvode.csv lanes.csv
expect 0 '' run ./short.yaml -o lanes.h5 -q --solver rosenbrock --isa baseline
that 'the solver is recorded' grep -aq -- '--solver=rosenbrock --isa=baseline' lanes.h5
expect 0 'repeating: .*--solver=rosenbrock' run --replay lanes.h5
expect 0 '' run ./short.yaml -o fine.h5 -q --solver rosenbrock --isa baseline --max-step 0.5
that 'the longest step is recorded' grep -aq -- '--max-step=0.5' fine.h5
"$osteoswitch" run ./short.yaml --csv - --digits 5 -q --solver rosenbrock --max-step 0.5 >fine.csv
that 'shorter steps print the same' cmp lanes.csv fine.csv
expect 64 'max-step' run ./short.yaml --solver rosenbrock --max-step=-1
expect 64 '--isa: expected one of' run ./short.yaml --solver rosenbrock --isa sse9
expect 64 'expected one of cvode.rosenbrock' run ./short.yaml --solver bdf
expect 64 '--replay takes' run --replay lanes.h5 --solver rosenbrock
expect 64 '--linear-solver belongs to --solver=cvode' run ./short.yaml --solver envelope --linear-solver dense

# in steps of many periods: hardly any of a day's doses for ten years are run one by one
cat >decade.yaml <<'EOF'
title: ten years of MK-7
model: human
subject: {extends: healthy, age: 50 year}
duration: 10 year
every: 1 year
outputs: [cfpwv, cac]
arms: {mk7: [mk7], none: []}
EOF
expect 0 'envelope' list solvers
expect 0 'arm mk7: [0-9]{3} of 365[01] regular periods run' run ./decade.yaml -o decade.h5 -v --solver envelope --rtol 1e-4
that 'periods are recorded' grep -aq periods_run decade.h5
expect 0 'repeating: .*--solver=envelope' run --replay decade.h5
"$osteoswitch" run ./decade.yaml --csv - --digits 4 -q --solver rosenbrock >lanes.csv
"$osteoswitch" run ./decade.yaml --csv - --digits 4 -q --solver envelope --rtol 1e-5 >envelope.csv
that 'by envelope the same is printed' cmp lanes.csv envelope.csv
expect 0 '' run ./short.yaml -q --solver envelope # nothing repeats itself

# the same run, twice: the same bytes; and again from its own file
expect 0 '' run ./short.yaml -o a.h5 -q
expect 0 '' run ./short.yaml -o b.h5 -q
that 'two runs give the same bytes' cmp a.h5 b.h5
expect 0 'repeating: osteoswitch run ./short.yaml' run --replay a.h5 -o c.h5
that 'a replay gives the same bytes' cmp a.h5 c.h5
expect 0 '' run ./short.yaml -o d.h5 -q --arm mk7 --set 'egfr=50 mL/min' --rtol 1e-7
expect 0 "arm=mk7" run --replay d.h5 -o e.h5
that 'a replay keeps options' cmp d.h5 e.h5
cp short.yaml kept.yaml
sed 's/^duration: .*/duration: 2 week/' kept.yaml >short.yaml
expect 3 'a.h5: warning: the repeated run has other values' run --replay a.h5
mv kept.yaml short.yaml
expect 64 '--replay takes --arm, --set' run --replay a.h5 --set 'egfr=50 mL/min'
expect 64 '--replay takes --arm, --set' run --replay a.h5 --states

# CSV: data alone on stdout, as many columns as the header says
expect 0 '^arm,t_d,cfpwv,ha$' run ./short.yaml --csv -
that '15 lines of CSV' test "$(wc -l <out)" = 15
that 'no talk in it' bash -c "! grep -vqE '^(arm|placebo|mk7),' out"
expect 0 '^,day,m/s|^,d,m/s' run ./short.yaml --csv - --units
expect 0 '' run ./short.yaml --csv t.csv --digits 17 -q
that 'CSV written' test -s t.csv

# a full disk: a file-size limit, then /dev/full
( ulimit -f 1; "$osteoswitch" run ./short.yaml -o full.h5 --states --csv full.csv >out 2>err )
judge 74 'full\.(h5|csv)' $? 'run -o with a file-size limit'
that 'no partial file under a limit' absent 'full.*'
if [[ -w /dev/full ]]; then
    "$osteoswitch" run ./short.yaml --csv - >/dev/full 2>err
    judge 74 'standard output' $? 'run --csv - >/dev/full'
    "$osteoswitch" list parameters >/dev/full 2>err
    judge 74 'No space left' $? 'list >/dev/full'
    "$osteoswitch" --help >/dev/full 2>err
    judge 74 'No space left' $? '--help >/dev/full'
fi
"$osteoswitch" list parameters >&- 2>err
judge 74 'standard output' $? 'list with stdout closed'
"$osteoswitch" version >out 2>&-
judge 0 '' $? 'version with stderr closed'

# a reader that leaves is no error
"$osteoswitch" list parameters 2>err | head -1 >out
judge 0 '' "${PIPESTATUS[0]}" 'list parameters | head -1'
"$osteoswitch" run natural-history --csv - 2>err | head -1 >out
judge 0 '' "${PIPESTATUS[0]}" 'run --csv - | head -1'

# signals: the code of the signal, nothing under the final name
cat >long.yaml <<'EOF'
title: long
model: human
subject: {extends: healthy, age: 40 year}
duration: 40 year
every: 1 month
arms: {one: [mk7], two: [mk7], three: [mk7], four: [mk7], five: [mk7], six: [mk7]}
EOF
# interrupt SIGNAL CODE: sent as soon as the work has begun
interrupt() {
    "$osteoswitch" run ./long.yaml -o killed.h5 --csv killed.csv --rtol 1e-10 >out 2>err &
    local pid=$!
    sleep 0.3
    kill -"$1" $pid
    wait $pid
    judge "$2" "$3" $? "run, stopped by SIG$1"
    that "nothing is left after SIG$1" absent 'killed.h5'
    that "nothing is left after SIG$1" absent 'killed.csv'
}
interrupt TERM 143 'terminated'
set -m # else a shell starts background work with SIGINT ignored
interrupt INT 130 'interrupted'
set +m
interrupt KILL 137 ''
finish 38
