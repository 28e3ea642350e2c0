#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# osteoswitch-mpi over two nodes of a real Slurm, started by srun; a rank that is killed,
# and the same job again. The merged file has the bytes of one thread's.
set -euo pipefail
program=$1 mpi=$2 data=$3
for tool in munged slurmctld slurmd srun pgrep; do
    PATH=$PATH:/usr/sbin command -v $tool >/dev/null || { echo "no $tool"; exit 77; }
done
[[ $(id -u) == 0 ]] || { echo "the daemons need root"; exit 77; }
export PATH=$PATH:/usr/sbin
. "$(dirname "$0")/cluster.sh"
folder=$(mktemp -d)
export SLURM_CONF=$folder/slurm/slurm.conf XDG_CACHE_HOME=$folder/cache
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_btl=self,tcp
trap 'cluster_down "$folder/slurm"; rm -rf "$folder"' EXIT
mkdir -p "$folder/slurm"
cluster_configure "$folder/slurm"
cluster_up "$folder/slurm" || { tail -n 5 "$folder"/slurm/log/*; exit 1; }
cd "$folder"
chmod 0755 .
cp "$data"/{pool.ant,pool.yaml,design.yaml} .
srun --mpi=list 2>&1 | grep -q pmix || { echo "no pmix in this Slurm"; exit 77; }
sed -i 's/samples: 256/samples: 4096/' design.yaml
sweep=(sweep "$folder/design.yaml" --block 16 --max-fail 9999)
"$program" "${sweep[@]}" -o one -j2 -q 2>/dev/null
"$program" sweep merge one -o one.h5 -q
failed=0
complain() { echo "$*"; failed=1; }
ranks() { timeout 300 srun -K --mpi=pmix -N2 -n2 "$mpi" "${sweep[@]}" -o "$folder/$1"; }

ranks both > both.log 2>&1 || complain "srun: exit $?: $(tail -n 20 both.log)"
"$program" sweep merge both -o both.h5 -q || complain "the sweep is not whole"
cmp one.h5 both.h5 || complain "another merged file"

ranks killed > killed.log 2>&1 & job=$!
sleep 2
pgrep -f "^$mpi .*-o $folder/killed" | tail -n 1 | xargs -r kill -9 ||
    complain "no rank was there to be killed"
wait $job && complain "a killed rank went unnoticed"
ranks killed > again.log 2>&1 || complain "again: exit $?: $(tail -n 20 again.log)"
"$program" sweep merge killed -o killed.h5 -q || complain "the sweep is not whole"
cmp one.h5 killed.h5 || complain "another merged file after a kill"
if ((failed)); then tail -n 20 slurm/log/*; fi
exit $failed
