#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The kill matrix: a small sweep and its merge are run once for each call by which they
# touch their folder, and killed there (SIGKILL), or the call fails (disk full, I/O
# error). No block or file under its final name is ever damaged, the next run finishes,
# and its files have the bytes of an undisturbed run. Then 100 kills at random moments.
set -euo pipefail
program=$1 data=$2
command -v strace >/dev/null || { echo "no strace"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export XDG_CACHE_HOME=$folder/cache
# LeakSanitizer does not run under ptrace.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}detect_leaks=0
unset SLURM_ARRAY_TASK_ID SLURM_ARRAY_TASK_COUNT
cp "$data"/{pool.ant,pool.yaml} .
sed 's/samples: 256/samples: 64/' "$data/design.yaml" > design.yaml
calls=(openat write fsync rename mkdir unlink)
failed=0
complain() { echo "$*"; failed=1; }

sweep() { "$program" sweep ./design.yaml -o "$1" --block 16 -j1 -q --max-fail 99 2>&1; }
merge() { "$program" sweep merge one -o "$1" -q 2>&1; }
strace -f -qq -o /dev/null "$program" version >/dev/null 2>&1 || { echo "ptrace is refused"; exit 77; }
sweep one > said # compiles the model, too
merge one.h5 > said

# points LOG NAME: "CALL K" for each call that names NAME, the K-th of its kind
points() {
    awk -v name="$2" '{ sub(/^[0-9]+ +/, ""); call = $0; sub(/\(.*/, "", call); n[call]++ }
        index($0, name) { print call, n[call] }' "$1"
}
# under HOW CALL K COMMAND…: run with the K-th such call disturbed; exit code in $code
under() {
    local how=$1 call=$2 k=$3
    shift 3
    code=0
    { strace -f -qq -o /dev/null -e trace="$call" -e inject="$call:$how:when=$k" \
        "$program" "$@" > said 2>&1 || code=$?; } 2>/dev/null
}
trace=$(IFS=,; echo "${calls[*]}")
strace -f -y -qq -o sweep.log -e trace="$trace" "$program" sweep ./design.yaml -o many \
    --block 16 -j1 -q --max-fail 99 2>/dev/null
strace -f -y -qq -o merge.log -e trace="$trace" "$program" sweep merge one -o many.h5 -q 2>/dev/null
points sweep.log many > sweep.points
points merge.log many.h5 > merge.points
echo "$(wc -l < sweep.points) calls of a sweep, $(wc -l < merge.points) of a merge"
(($(wc -l < sweep.points) > 40 && $(wc -l < merge.points) > 4)) || complain "too few calls"

undamaged() { # undamaged WHAT: every block that is there can be read
    local verified=0
    "$program" sweep verify many --recompute 0 > verified 2>&1 || verified=$?
    case $verified in
    0 | 66 | 75) ;; # whole, not begun, not finished
    *) complain "$1: verify: exit $verified: $(cat verified)" ;;
    esac
}
finishes() {
    sweep many > said || complain "$1: the next run: exit $?: $(cat said)"
    diff -r -x '*.tmp.*' one/blocks many/blocks >/dev/null || complain "$1: other blocks"
    (($(find many/blocks -name '*.tmp.*' | wc -l) <= 1)) || complain "$1: more than one left over"
}
while read -r call k; do
    for how in signal=KILL error=ENOSPC error=EIO; do
        rm -rf many
        what="$how at $call $k"
        under $how "$call" "$k" sweep ./design.yaml -o many --block 16 -j1 -q --max-fail 99
        case $how:$code in
        signal=KILL:137) ;;
        error=*:0 | error=*:73 | error=*:74) ;; # some calls need not succeed
        *) complain "$what: exit $code: $(cat said)" ;;
        esac
        echo "$how $call $code" >> codes
        undamaged "$what"
        finishes "$what"
    done
done < sweep.points
while read -r call k; do
    for how in signal=KILL error=ENOSPC error=EIO; do
        rm -f many.h5
        what="merge, $how at $call $k"
        under $how "$call" "$k" sweep merge one -o many.h5 -q
        echo "merge $how $call $code" >> codes
        case $how:$code in
        signal=KILL:137 | error=*:0 | error=*:73 | error=*:74) ;;
        *) complain "$what: exit $code: $(cat said)" ;;
        esac
        [[ ! -e many.h5 ]] || cmp -s one.h5 many.h5 || complain "$what: a damaged file"
        [[ -e many.h5 ]] || merge many.h5 > said || complain "$what: the next merge: $(cat said)"
        cmp -s one.h5 many.h5 || complain "$what: another file"
        rm -f many.h5.tmp.*
    done
done < merge.points
sort codes | uniq -c

# Killed a hundred times at random moments, and finished in the end.
sed 's/samples: 64/samples: 8192/' design.yaml > long.yaml
long=(sweep ./long.yaml --block 8 -q --max-fail 9999)
"$program" "${long[@]}" -o whole -j2 2>/dev/null
RANDOM=1
for ((i = 0; i < 100; i++)); do
    "$program" "${long[@]}" -o killed -j2 2>/dev/null & child=$!
    sleep "0.$((RANDOM % 5))$((RANDOM % 10))"
    kill -9 $child 2>/dev/null || break # it was done
    wait $child 2>/dev/null || true
done
echo "killed $i times, with $(find killed -name '*.h5' | wc -l) of 1024 blocks"
((i == 100)) || complain "done after $i kills"
"$program" "${long[@]}" -o killed -j2 2>/dev/null
diff -r -x '*.tmp.*' whole/blocks killed/blocks > /dev/null || complain "after kills: other blocks"
exit $failed
