#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# osteoswitch-mpi: any number of ranks leaves the files of one thread, whatever happens to
# them on the way; what goes wrong on all ranks is told once.
set -euo pipefail
program=$1 mpi=$2 data=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export XDG_CACHE_HOME=$folder/cache OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
export OMPI_MCA_btl=self,vader OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_MCA_plm_rsh_agent=sh # a machine without ssh will do
timeout 60 mpirun -n 2 true > probe 2>&1 || { cat probe; echo "mpirun does not run here"; exit 77; }
cp "$data"/{pool.ant,pool.yaml,design.yaml} .
failed=0
complain() { echo "$*"; failed=1; }
ranks() { # ranks N ARGUMENT…: exit code and what is said
    local n=$1 code=0
    shift
    timeout 120 mpirun -n "$n" "$mpi" "$@" > said 2>&1 || code=$?
    echo "$code"
}
expect() { # expect EXIT TEXT N ARGUMENT…
    local wanted=$1 text=$2 code
    shift 2
    code=$(ranks "$@")
    [[ $code == "$wanted" ]] || complain "$*: exit $code, expected $wanted: $(cat said)"
    [[ $(grep -cF -- "$text" said) == 1 ]] || complain "$*: not once '$text': $(cat said)"
}
same() { # same DIR REFERENCE
    diff -r -x '*.tmp.*' "$2/blocks" "$1/blocks" > /dev/null || complain "$1: other blocks"
    "$program" sweep merge "$1" -o "$1.h5" -q 2>/dev/null
    "$program" sweep merge "$2" -o "$2.h5" -q --force 2>/dev/null
    cmp -s "$1.h5" "$2.h5" || complain "$1: another merged file"
}
sweep=(sweep ./design.yaml --block 16 --max-fail 99)

"$program" "${sweep[@]}" -o one -j1 -q 2>/dev/null
for n in 1 2 4; do
    expect 0 'all 256 members are done' "$n" "${sweep[@]}" -o "ranks$n"
    same "ranks$n" one
done
expect 0 'all 256 members are done' 2 "${sweep[@]}" -o ranks4 -j2

# More blocks than ranks hold at once.
sed 's/samples: 256/samples: 2048/' design.yaml > long.yaml
long=(sweep ./long.yaml --block 8 --max-fail 9999)
"$program" "${long[@]}" -o all -j2 -q 2>/dev/null
expect 0 'all 2048 members are done' 3 "${long[@]}" -o three --progress lines
same three all

# Asked to stop, and killed: the same command goes on.
expect 75 'stopped: ' 3 "${long[@]}" -o stopped --time-limit 0.2
blocks() { find stopped/blocks -name '*.h5' | wc -l; }
before=$(blocks)
timeout 120 mpirun -n 2 "$mpi" "${long[@]}" -o stopped > said 2>&1 & job=$!
for _ in {1..600}; do # until ranks are at work
    [[ -d /proc/$job ]] && (($(blocks) == before)) || break
    sleep 0.1
done
pkill -USR1 -P $job -x mpirun || true
wait $job || [[ $? == 75 ]] || complain "USR1: $(cat said)"
for i in 1 2 3; do
    timeout 120 mpirun -n 3 "$mpi" "${long[@]}" -o stopped > said 2>&1 & job=$!
    sleep "0.$((3 + i))"
    victim=$(pgrep -f -- "-o stopped" | xargs -r -n1 sh -c \
        '[ "$(cat /proc/$0/comm 2>/dev/null)" = osteoswitch-mpi ] && echo $0' | tail -1) || true
    [[ -z $victim ]] || kill -KILL "$victim" 2>/dev/null || true
    wait $job 2>/dev/null || true
done
expect 0 'all 2048 members are done' 2 "${long[@]}" -o stopped
same stopped all

# What is wrong for all is told once; exit codes are those of the other program.
expect 66 'no file' 3 sweep ./absent.yaml -o x
expect 64 'only computes' 2 sweep status one
expect 64 'runs sweeps' 2 list models
expect 64 'expected -o DIR' 2 sweep ./design.yaml
sed 's/seed: 3/seed: 4/' design.yaml > other.yaml
expect 78 'other sweep' 2 sweep ./other.yaml --block 16 -o one
expect 3 'all 256 members are done' 2 sweep ./design.yaml --block 16 -o ranks2
touch plain
expect 73 'plain' 2 "${sweep[@]}" -o plain
((failed == 0))
