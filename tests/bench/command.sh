#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# osteoswitch bench: what it prints and writes, what it refuses, and that records of a
# changed answer, counter or number of instructions are told from the same.
. "$(dirname "$0")/../cli/lib.sh"

expect 0 'at error 1e-05' bench hires --members 2 --runs 1 --json hires.json
that 'all methods and tolerances' test "$(grep -c '"method": ' hires.json)" -ge 18
that 'the library is named' grep -qE '"sundials": "SUNDIALS [0-9.]+ \(its vector sum takes' hires.json
that 'every point is there' test "$(grep -cE '"error": [0-9.e-]+' hires.json)" -ge 18
that 'medians lie below 95th percentiles' awk 'match($0, /"median": [0-9.e-]+/) {
    m = substr($0, RSTART + 10, RLENGTH - 10); match($0, /"p95": [0-9.e-]+/)
    if (m + 0 > substr($0, RSTART + 7, RLENGTH - 7) + 0) exit 1; n++ } END { exit !n }' hires.json
if command -v python3 >/dev/null; then
    that 'JSON parses' python3 -c 'import json; json.load(open("hires.json"))'
fi
expect 0 'members/s per core' bench hires --members 4 --runs 1 --throughput --json rates.json
that 'a rate of each method' test "$(grep -c 'members_per_core_s' rates.json)" -ge 3
expect 73 'exists' bench hires --members 2 --runs 1 --json hires.json
expect 0 '\| HIRES \|.* 1e-0[0-9]: [0-9.e-]+, .*\(2\) \| \|$' bench hires --members 2 --runs 1 --markdown
expect 0 'steps' bench pollu --method cvode-klu --once
if command -v gnuplot >/dev/null; then
    expect 0 '' bench hires e5 --members 2 --runs 1 -o work.svg
    that 'a figure of both' test "$(grep -cE '>(HIRES|E5)<' work.svg)" = 2
    that 'with every method' grep -q 'CVODE generated LU' work.svg
    expect 73 'exists' bench e5 --members 1 --runs 1 -o work.svg
fi
expect 64 'needs one case and --method' bench --once
expect 66 "no case 'hirs' \(did you mean 'hires'" bench hirs
expect 66 "no method 'cvode-kl' \(did you mean 'cvode-klu'" bench --method cvode-kl
expect 66 'absent.json' bench hires --compare absent.json
format='{"format": "osteoswitch-bench 1", "record": '
echo "$format[{\"kind\": \"speed\"}]}" >bad.json
expect 65 "bad.json:1:.*unknown kind of entry 'speed'" bench hires --compare bad.json
echo '[1' >worse.json
expect 65 'worse.json' bench hires --compare worse.json

echo "$format[]}" >empty.json
expect 65 "empty.json:1.*no list 'record'" bench hires --compare empty.json

expect 0 '' bench hires --record --json was.json
sed 's/osteoswitch-bench 1/osteoswitch-bench 9/' was.json >bad.json
expect 65 "bad.json:1:12.*expected the format 'osteoswitch-bench 1'" bench hires --compare bad.json
sed -E '0,/"y1": [0-9.e-]+/s//"y1": 1e999/' was.json >bad.json
expect 65 "'y1': expected a finite number, found '1e999'" bench hires --compare bad.json
sed -E '0,/"steps": [0-9]+/s//"steps": null/' was.json >bad.json
expect 65 "'steps': expected a finite number, found 'null'" bench hires --compare bad.json
sed -E '0,/"values": [{][^}]*[}]/s//"values": {}/' was.json >bad.json
expect 65 "needs a mapping 'values'" bench hires --compare bad.json
that 'answers and counters' test "$(grep -cE '"kind": "(answer|counters)"' was.json)" -ge 6
expect 0 ' 0 values regressed, 0 better, 0 entries' bench hires --compare was.json
# a planted millionth in an answer
awk '/"kind": "answer"/ { answer = 1 } answer && match($0, /"y1": [0-9.e-]+/) {
    y = substr($0, RSTART + 6, RLENGTH - 6)
    sub(/"y1": [0-9.e-]+/, sprintf("\"y1\": %.12g", y * (1 + 1e-6))); answer = 0 } 1' \
    was.json >error.json
that 'something was planted' test -n "$(diff was.json error.json)"
expect 3 'REGRESSED: hires, cvode-[a-z]+: answer y1 was [0-9.e-]+, is ' \
    bench hires --compare error.json
# one step more than was recorded
sed -E '0,/"steps": ([0-9]+)/s//"steps": 1/' was.json >steps.json
expect 3 'REGRESSED: hires, cvode-[a-z]+: number of steps was 1, is [0-9]+' \
    bench hires --compare steps.json
# fewer is better
sed -E '0,/"steps": ([0-9]+)/s//"steps": 1\1/' was.json >steps.json
expect 0 'better: hires, .*number of steps' bench hires --compare steps.json
# other machines and models are not judged
sed -E 's/"inputs": "[0-9a-f]+"/"inputs": "0"/; s/"steps": [0-9]+/"steps": 1/' was.json >other.json
expect 0 'skipped: hires, .*not judged: the model or its parameters changed' \
    bench hires --compare other.json
# a record renewed here keeps what other builds have recorded
sed -E '/counters/s/"key": "/"key": "elsewhere, /' was.json >elsewhere.json
cp elsewhere.json both.json
expect 0 '' bench hires --record --json both.json --force
that 'both counters' test "$(grep -c '"kind": "counters"' both.json)" = \
    $((2 * $(grep -c '"kind": "counters"' was.json)))
n=$(grep -c '"kind": "counters"' was.json)
expect 0 "$((2 * n)) entries as recorded, 0 values regressed, 0 better, $n entries not judged" \
    bench hires --compare both.json
finish 25
