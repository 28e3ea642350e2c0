#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The printed job script on a real Slurm: an array with a throttle, USR1 before the limit,
# the queue again after exit code 75, a task killed outright and a node that dies. The
# merged file has the bytes of one thread's.
set -euo pipefail
program=$1 data=$2
for tool in munged slurmctld slurmd sbatch scontrol squeue sinfo pgrep; do
    PATH=$PATH:/usr/sbin command -v $tool >/dev/null || { echo "no $tool"; exit 77; }
done
[[ $(id -u) == 0 ]] || { echo "the daemons need root"; exit 77; }
export PATH=$PATH:/usr/sbin
. "$(dirname "$0")/cluster.sh"
folder=$(mktemp -d)
export SLURM_CONF=$folder/slurm/slurm.conf XDG_CACHE_HOME=$folder/cache
trap 'cluster_down "$folder/slurm"; rm -rf "$folder"' EXIT
mkdir -p "$folder"/{slurm,bin}
ln -s "$program" "$folder/bin/osteoswitch"
export PATH=$folder/bin:$PATH
cluster_configure "$folder/slurm"
cluster_up "$folder/slurm" || { tail -n 5 "$folder"/slurm/log/*; exit 1; }
cd "$folder"
chmod 0755 .
cp "$data"/{pool.ant,pool.yaml} .
failed=0
complain() { echo "$*"; failed=1; }

# As many members as one thread does in about 40 s here.
design() {
    printf 'scenario: ./pool.yaml\nmethod: montecarlo\nseed: 5\nsamples: %d\n' "$1"
    printf 'parameters: {k: {min: 0.1, max: 1}}\n'
}
design 1000000 > probe.yaml
osteoswitch sweep ./probe.yaml -o probe -j1 --time-limit 4 -v > probe.log 2>&1 || true
done_in_4=$(sed -n 's/.* \([0-9]*\) members computed.*/\1/p' probe.log)
((done_in_4 > 0)) || { cat probe.log; exit 1; }
design $((done_in_4 * 20)) > design.yaml
osteoswitch sweep ./design.yaml -o one -j1 -q 2>/dev/null
osteoswitch sweep merge one -o one.h5 -q

osteoswitch sweep "$folder/design.yaml" -o "$folder/many" --sbatch > job.sh
sed -i 's/^#SBATCH --array=.*/#SBATCH --array=0-3%2/
    s/^#SBATCH --time=.*/#SBATCH --time=00:01:00/
    s/^#SBATCH --signal=.*/#SBATCH --signal=B:USR1@55/' job.sh
id=$(sbatch --parsable job.sh)
tasks() { pgrep -f "^osteoswitch sweep $folder/design.yaml" || true; }

# Slurm never runs more than two of them; a task is killed outright, then node 1 dies.
most=0 killed='' died=''
for ((second = 0; second < 600; second++)); do
    n=$(squeue -h -t R -j "$id" 2>/dev/null | wc -l)
    ((n > most)) && most=$n
    pid=$(tasks | head -n 1)
    if [[ -z $killed && -n $pid ]] && ((second >= 4)); then
        kill -9 "$pid" && killed=$pid
    elif [[ -n $killed && -z $died && -n $(squeue -h -t R -w n1) ]] && ((second >= 7)); then
        kill -9 "$(<slurm/run/slurmd.n1.pid)"
        read -r job index < <(squeue -h -t R -w n1 -o '%A %K')
        for pid in $(pgrep -f "^slurmstepd: \[$job\.") $(tasks); do
            [[ $(tr '\0' '\n' < "/proc/$pid/environ" 2>/dev/null) != *SLURMD_NODENAME=n0* ]] &&
                kill -9 "$pid" 2>/dev/null || true
        done
        died=$second
    elif [[ -n $died ]] && ((second == died + 15)); then
        slurmd -c -N n1
    fi
    [[ -z $(squeue -h -j "$id" 2>/dev/null) ]] && break
    sleep 1
done
echo "ended after $second s; most at once $most; killed '$killed'; node died at '$died'"
((most == 2)) || complain "$most tasks at once, expected 2"
[[ -n $killed ]] || complain "no task was killed"
[[ -n $died ]] || complain "no node died"
((second < 600)) || complain "the array did not end: $(squeue)"
# The script leaves exit code 137 alone: only Slurm can have begun that task again.
grep -q 'members are done' "osteoswitch-$id-${index:-none}.log" ||
    complain "the dead node's task did not run again"
again=0
for log in osteoswitch-"$id"-*.log; do # one log over all restarts
    sed -n '/ stopped: /,$p' "$log" | grep -q 'members are done' && again=1
done
((again)) || complain "no task was told to stop, queued again and went on to the end"
osteoswitch sweep merge many -o many.h5 -q || complain "the sweep is not whole"
cmp one.h5 many.h5 || complain "another merged file"
if ((failed)); then tail -n 20 ./*.log slurm/log/*; fi
exit $failed
