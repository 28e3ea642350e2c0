#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sweeps from the command line: the answer is the same whoever computes it and however
# often they are killed; every fault has its exit code and loses no finished block.
set -euo pipefail
program=$1 data=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export XDG_CACHE_HOME=$folder/cache
unset SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_COUNT
cp "$data"/{pool.ant,pool.yaml,design.yaml} .
failed=0
complain() { echo "$*"; failed=1; }

# expect EXIT TEXT ARGUMENT…: TEXT in what is said on either stream.
expect() {
    local code=0 wanted=$1 text=$2
    shift 2
    "$program" "$@" > said 2>&1 || code=$?
    [[ $code == "$wanted" ]] || complain "$*: exit $code, expected $wanted: $(cat said)"
    grep -qF -- "$text" said || complain "$*: no '$text' in: $(cat said)"
}
sweep() { "$program" sweep ./design.yaml --block 16 --max-fail 99 -q "$@" 2>/dev/null; }

# One thread is the reference.
sweep -o one -j1
"$program" sweep merge one -o one.h5 -q 2>/dev/null
same() { # same DIR: blocks and merged file as the reference has them
    diff -r -x '*.tmp.*' one/blocks "$1/blocks" > /dev/null || complain "$1: other blocks"
    "$program" sweep merge "$1" -o "$1.h5" -q 2>/dev/null
    cmp -s one.h5 "$1.h5" || complain "$1: another merged file"
}
sweep -o two -j2
same two
for shard in 3 0 2 1; do
    sweep -o shards -j1 --shard $shard/4 --time-limit 0.001 || [[ $? == 75 ]]
done
sweep -o shards --shard 1/4 -j1
same shards

# Two runs of one folder at once, begun together.
sweep -o both -j1 & other=$!
sweep -o both -j1 || complain "beside another run: exit $?"
wait $other || complain "the other of two runs: exit $?"
same both

# 10^9 members: memory does not grow with them.
most='scenario: ./pool.yaml\nmethod: montecarlo\nparameters: {k: {min: 0.1, max: 1}}\nsamples: '
printf "$most 1000000000\n" > most.yaml
limit='ulimit -v 4000000'
(eval "$limit"; "$program" version > /dev/null 2>&1) || limit=true # a sanitizer wants more
(eval "$limit"; exec "$program" sweep ./most.yaml -o most -j1 -q --time-limit 0.5) 2> said ||
    [[ $? == 75 ]] || complain "10^9 members: $(cat said)"

# Killed at any moment, and run again until done.
for i in {1..12}; do
    (exec "$program" sweep ./design.yaml --block 16 --max-fail 99 -q -o killed -j2) 2>/dev/null & child=$!
    sleep "0.0$((i * 7 % 10))"
    kill -9 $child 2>/dev/null || true
    wait $child 2>/dev/null || true
done
sweep -o killed -j2
same killed
left_over() { find "$1"/partial "$1"/in-flight -type f ! -name '*.tmp.*'; find "$1" -name suspects.txt; }
[[ -z $(left_over killed) ]] || complain "left over: $(left_over killed)"

# One block, and stopped long before it is whole, by a limit and by signals, again and
# again: what is done is kept, whatever stopped it.
whole=(sweep ./design.yaml --block 256 --max-fail 99 -q -j2)
"$program" "${whole[@]}" -o undisturbed 2>/dev/null
for ((runs = 1; runs < 130; runs++)); do # two threads finish one member each, at least
    code=0
    "$program" "${whole[@]}" -o limited --time-limit 1e-6 2>/dev/null || code=$?
    [[ $code == 75 ]] || break
done
[[ $code == 0 && $runs -ge 2 ]] || complain "a short time limit: exit $code after $runs runs"
cmp -s {undisturbed,limited}/blocks/0000/b00000000.h5 || complain "a short time limit: another block"
[[ -z $(left_over limited) ]] || complain "left over: $(left_over limited)"

# Asked to stop: exit code 75, and the same command goes on.
printf 'scenario: ./pool.yaml\nmethod: montecarlo\nsamples: 4000000\nparameters: {k: {min: 0.1, max: 1}}\n' > long.yaml
for signal in USR1 TERM INT; do
    (trap - INT; exec "$program" sweep ./long.yaml -o long -j1 -q) 2>/dev/null & child=$!
    for ((i = 0; i < 600; i++)); do # until it is at work
        [[ ! -e long/in-flight/$(hostname).$child.0 ]] || break
        sleep 0.1
    done
    [[ -e long/in-flight/$(hostname).$child.0 ]] || complain "$signal: no member was begun"
    kill -$signal $child
    code=0
    wait $child || code=$?
    [[ $code == 75 || ($signal == INT && $code == 130) ]] || complain "$signal: exit $code"
done
expect 75 'not finished' sweep ./long.yaml -o long --time-limit 0.2
expect 75 'blocks are missing' sweep merge long -o long.h5

# Closed form: x(10 d) of the dosed arm, failed members NaN with their time.
expect 0 "members	256 of 256" sweep status one
"$program" sweep sample ./design.yaml 2>/dev/null > points.tsv
wild=$(awk 'NR > 1 && $3 > 0.999 { n++ } END { print n + 0 }' points.tsv)
((wild > 0)) || complain "no member is wild"
count=$("$program" sweep status one 2>/dev/null | awk '/^failed/ { print $2 }')
((count >= 1 && count <= 6)) || complain "$count members failed"
expect 3 "$count failed" sweep ./design.yaml --block 16 -o one
expect 0 "$count failed" sweep ./design.yaml --block 16 -o one --max-fail "$count"

# A sweep grows; a Latin hypercube does not; another design, block size or tolerance is
# another sweep.
sed 's/256/128/' design.yaml > half.yaml
"$program" sweep ./half.yaml --block 16 -o grown --max-fail 99 -q 2>/dev/null
cp one/blocks/0000/b00000000.h5 first.h5
sweep -o grown -j1
cmp -s first.h5 grown/blocks/0000/b00000000.h5 || complain "growing changed a block"
same grown
expect 65 'a sweep only grows' sweep ./half.yaml --block 16 -o grown
sed 's/sobol/lhs/' design.yaml > lhs.yaml
sed 's/sobol/lhs/; s/256/512/' design.yaml > lhs2.yaml
"$program" sweep ./lhs.yaml -o lhs --max-fail 99 -q 2>/dev/null
expect 65 'Latin hypercube cannot be extended' sweep ./lhs2.yaml -o lhs
sed 's/seed: 3/seed: 4/' design.yaml > seed.yaml
expect 78 "its seed is '3', this one's '4'" sweep ./seed.yaml --block 16 -o one
expect 78 "its block is '16'" sweep ./design.yaml --block 32 -o one
expect 78 'its rtol' sweep ./design.yaml --block 16 --rtol 1e-8 -o one
sed -i 's/dose = 10/dose = 11/' pool.ant
expect 78 'another sweep: its model_hash' sweep status one
cp "$data/pool.ant" .
expect 66 'no sweep here' sweep status nowhere
expect 73 'not empty and holds no sweep' sweep ./design.yaml -o .
expect 64 'expected -o DIR' sweep ./design.yaml
expect 64 'expected I/N' sweep ./design.yaml -o one --shard 4/4
expect 64 'power of two' sweep ./design.yaml -o one --block 24
expect 73 'exists; --force' sweep merge one -o one.h5

# Damage is found, told, and repaired by computing again.
cp -r two hurt
printf 'X' | dd of=hurt/blocks/0000/b00000003.h5 bs=1 seek=5000 conv=notrunc status=none
truncate -s 900 hurt/blocks/0000/b00000007.h5
expect 3 'b00000003.h5' sweep verify hurt
expect 3 'b00000007.h5' sweep verify hurt
expect 65 'b00000003.h5' sweep merge hurt -o hurt.h5
[[ ! -e hurt.h5 ]] || complain "a merge of damaged blocks left a file"
rm hurt/blocks/0000/b00000003.h5 hurt/blocks/0000/b00000007.h5
expect 75 'not finished' sweep verify hurt
sweep -o hurt
same hurt
expect 0 'bad	0' sweep verify hurt --recompute 64

# A block of another sweep, of another place, or that is no file; a changed sweep.json.
"$program" sweep ./seed.yaml --block 16 -o other --max-fail 99 -q 2>/dev/null
cp -r two foreign
cp other/blocks/0000/b00000001.h5 foreign/blocks/0000
cp two/blocks/0000/b00000002.h5 foreign/blocks/0000/b00000003.h5
rm foreign/blocks/0000/b00000004.h5 && mkfifo foreign/blocks/0000/b00000004.h5
expect 3 'bad	3' sweep verify foreign
expect 65 '3 blocks cannot be read' sweep status foreign
expect 65 'b00000001.h5: error: is a block of another sweep' sweep merge foreign -o foreign.h5
[[ ! -e foreign.h5 ]] || complain "a merge of foreign blocks left a file"
changed() { # changed SED-EXPRESSION TEXT
    sed "$1" two/sweep.json > foreign/sweep.json
    for part in status verify; do expect 65 "$2" sweep $part foreign; done
    expect 65 "$2" sweep ./design.yaml -o foreign
}
rm -r foreign && cp -r two foreign
changed 's/"block": "16"/"block": "-16"/' 'sweep.json was damaged or changed'
changed 's/"block": "16"/"block": "1073741824"/' 'sweep.json was damaged or changed'
changed 's/"rtol": "[^"]*"/"rtol": "nan"/' 'sweep.json was damaged or changed'
changed 's/"id": "./"id": "x/' 'sweep.json was damaged or changed'
changed 's/"members": "256"/"members": "-5"/' 'sweep.json:21:13: error: "members": expected a number'
changed 's/"members": "256"/"members": "1e3"/' "found '1e3'"
[[ $(find foreign/blocks -name '*.h5' | wc -l) == 16 ]] || complain "a bad sweep.json cost a block"

# What was noted of members in flight, by a hand that is not ours.
rm -r foreign && cp -r two foreign
rm foreign/blocks/0000/b00000002.h5
printf -- '-5\n999\nnonsense\n99999999999999999999\n35' > foreign/suspects.txt
mkfifo "foreign/in-flight/$(hostname).99999999.0"
head -c 512 /dev/urandom > "foreign/in-flight/$(hostname).99999998.0"
head -c 999 /dev/urandom > foreign/partial/b00000002.h5
timeout 60 "$program" sweep ./design.yaml -o foreign --max-fail 99 -q > said 2>&1 || complain "odd journals: $? $(cat said)"
if grep -q 'run again' said; then complain "odd journals: $(cat said)"; fi
same foreign
rm -f foreign/suspects.txt && mkfifo foreign/suspects.txt
code=0
timeout 60 "$program" sweep ./design.yaml -o foreign -q > said 2>&1 || code=$?
[[ $code == 65 ]] && grep -q suspects.txt said || complain "suspects.txt a pipe: $code $(cat said)"

# Members that were in flight when a process died have the bits of any other.
cp -r one accused && rm -r accused/blocks/0000/b0000000{2,3,9}.h5
seq 30 160 > accused/suspects.txt
sweep -o accused -j2 || complain "suspects: exit $?"
same accused

# Members that really end the process, among many in lanes: each is found when it was in
# flight at a death; its neighbours are accused of nothing and keep their bits.
cat > cc.sh << 'END'
#!/bin/bash
sed -i '/^static void segment/,/^}/s/^    (void)p, (void)c;/&\
    for (int l = 0; l < OSW_LANES; l++) \
        if (((const double *)p)[p_wild * OSW_LANES + l] > 0.5 \&\& \
            ((const double *)p)[p_wild * OSW_LANES + l] < 0.51) __builtin_trap();/' "${@: -2:1}"
exec cc "$@"
END
chmod +x cc.sh
culprits=$(awk 'NR > 1 && $3 > 0.5 && $3 < 0.51 { print $1 }' points.tsv)
n=$(wc -w <<< "$culprits")
((n > 0)) || complain "no member ends the process"
for ((deaths = 0; deaths < 20; deaths++)); do
    code=0
    { (ulimit -c 0; export XDG_CACHE_HOME=$folder/trapped CC=$folder/cc.sh; sweep -o trap -j2); } \
        2> /dev/null || code=$?
    ((code > 128)) || break
done
[[ $code == 0 && $deaths -ge 1 && $deaths -le $n ]] ||
    complain "$n members end the process: exit $code after $deaths deaths"
expect 0 "crashed	$n" sweep status trap
expect 0 'ended its process (signal 4, Illegal instruction)' sweep status trap --failed
for block in trap/blocks/0000/*.h5; do
    number=${block##*/b}
    number=$((10#${number%.h5}))
    hit=
    for member in $culprits; do ((member / 16 == number)) && hit=yes; done
    [[ $hit ]] || cmp -s "$block" "one/blocks/0000/${block##*/}" || complain "$block differs"
done

# Members whose process is killed from outside whenever they run, as for want of memory:
# never crashed, never lost; told, and tried again by the next run.
sed 's/__builtin_trap()/raise(9)/; s/^exec/sed -i "1i #include <signal.h>" "${@: -2:1}"; exec/' cc.sh > cc9.sh
chmod +x cc9.sh
for ((deaths = 0; deaths < 20; deaths++)); do
    code=0
    { (export XDG_CACHE_HOME=$folder/killing CC=$folder/cc9.sh; sweep -o short -j2); } 2> /dev/null || code=$?
    ((code == 137)) || break
done
[[ $code == 0 && $deaths -ge 1 && $deaths -le $n ]] ||
    complain "$n members are killed: exit $code after $deaths deaths"
expect 0 "killed	$n" sweep status short
expect 0 'killed from outside' sweep status short --json
expect 0 "$n were killed from outside" sweep merge short -o killed9.h5
sweep -o short -j2
same short

# The instructions are part of the identity, and what was not asked for is the folder's.
"$program" sweep ./design.yaml --block 16 --max-fail 99 -q --isa baseline -o narrow 2>/dev/null
sweep -o narrow || complain "a sweep of other instructions does not go on"
grep -q '"isa": "baseline"' narrow/sweep.json || complain "$(grep isa narrow/sweep.json)"
if grep -q avx2 /proc/cpuinfo; then
    expect 78 "its isa is 'baseline', this one's 'avx2'" sweep ./design.yaml --block 16 --isa avx2 -o narrow
fi

# Daily doses for ten years: members are run in steps of many periods where that is as
# good, and the choice is part of the identity.
printf 'TIME,EVID,AMT,CMT,II,ADDL\n0,1,10,x,1,3650\n' > daily.csv
sed 's/^arms:/arms:\n  daily: [{table: daily.csv, time: day, cmt: x}]/; s/10 day/3650.5 day/g' pool.yaml > daily.yaml
sed 's/pool.yaml/daily.yaml/; s/max: 1}$/max: 0.9}/; s/256/32/' design.yaml > many.yaml
for solver in auto rosenbrock; do
    "$program" sweep ./many.yaml -q --solver $solver -o "$solver" 2> said || complain "$solver: $(cat said)"
    "$program" sweep verify "$solver" -q > said 2>&1 || complain "$solver: $(cat said)"
done
grep -q '"solver": "envelope"' auto/sweep.json || complain "$(grep solver auto/sweep.json)"
"$program" sweep ./many.yaml -q -o rosenbrock 2>/dev/null || complain "a sweep by rosenbrock does not go on"
expect 78 "its solver is 'envelope', this one's 'rosenbrock'" sweep ./many.yaml --solver rosenbrock -o auto
sed -i 's/osteoswitch-sweep 4/osteoswitch-sweep 3/' auto/sweep.json
expect 78 "begun by another version of the program" sweep status auto

# A member whose cells switch at once: a step over periods overshoots there, and is made
# shorter before anything runs away.
printf 'title: 40 years\nmodel: human\nsubject: {extends: healthy, age: 40 year}\nduration: 40 year\nevery: 1 year\narms:\n  mk7: [mk7]\n' > life.yaml
printf 'scenario: life.yaml\nmethod: montecarlo\nseed: 5\nsamples: 1000\noutputs: [cac]\nall: {status: [calibrated, assumed], cv: 0.3}\n' > hasty.yaml
expect 75 ' 0 of them failed, 0 left the lanes' sweep ./hasty.yaml -o hasty --solver envelope --rtol 1e-4 --block 1 --shard 366/1000 -v -j1 --time-limit 0.3

# Control-C is heard while the solvers are tried, long before the folder is made; what is
# drawn meanwhile and later fits a terminal, and tells nothing that is not known yet.
sed -i 's/samples: 1000/samples: 64/' hasty.yaml
(trap - INT; exec "$program" sweep ./hasty.yaml -o trial -j1 --progress bar) 2> bar & child=$!
for ((i = 0; i < 600; i++)); do # until it tries
    tr '\r' '\n' < bar | grep -q 'trying which solver' && break
    sleep 0.1
done
kill -INT $child
code=0
wait $child || code=$?
[[ $code == 130 && ! -e trial/sweep.json ]] || complain "Control-C while solvers are tried: exit $code"
"$program" sweep ./hasty.yaml -o drawn -j2 --solver envelope --rtol 1e-4 --progress bar 2>> bar || complain "hasty: exit $?"
tr '\r' '\n' < bar | awk '/^\[/ && (length($0) > 79 || /, 0\/s/) { print; exit 1 }' || complain "the line of progress"
tr '\r' '\n' < bar | grep -q 'of 64 members' || complain "no line of progress: $(cat bar)"

# A member that never ends is a coded row, within the steps that it may take.
"$program" sweep ./design.yaml --block 16 --max-fail 99 -q --max-steps 50 -o few 2>/dev/null
expect 0 "failed	$count" sweep status few

# No room: exit code 74, nothing half-written, and going on works.
code=0
(ulimit -f 12; exec "$program" sweep ./design.yaml --block 16 --max-fail 99 -q -o small) 2>/dev/null || code=$?
[[ $code == 74 ]] || complain "a full disk: exit $code"
[[ -z $(find small -name '*.tmp.*') ]] || complain "a full disk left $(find small -name '*.tmp.*')"
sweep -o small
same small

# The job script is bash, and names the sweep.
"$program" sweep ./design.yaml -o one --block 16 --isa avx2 --atol 1e-8 --time-limit 9 --sbatch -q > job.sh 2>/dev/null
bash -n job.sh || complain "the job script is no bash"
grep -q "osteoswitch sweep ./design.yaml --output=one --time-limit=9 --atol=1e-08 --block=16 --isa=avx2" job.sh || complain "the job script: $(cat job.sh)"
exit $failed
