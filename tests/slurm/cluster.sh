# SPDX-License-Identifier: GPL-3.0-or-later
# A private Slurm of two nodes on this machine, without systemd: to be sourced.
# RequeueExit stays unset, as on most clusters.

# cluster_configure DIR: write the configuration and the key.
cluster_configure() {
    local dir=$1 host port=$((20000 + RANDOM % 10000))
    host=$(hostname -s)
    mkdir -p "$dir"/{state,spool/n0,spool/n1,tmp/n0,tmp/n1,run,munge,log}
    chmod 0755 "$dir" "$dir"/{state,spool,run,log}
    chmod 0700 "$dir/munge"
    head -c 1024 /dev/urandom > "$dir/munge/key"
    chmod 0600 "$dir/munge/key"
    cat > "$dir/slurm.conf" <<END
ClusterName=test
SlurmctldHost=$host(127.0.0.1)
SlurmctldPort=$port
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket,cred_expire=5
CredType=cred/munge
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool/%n
TmpFS=$dir/tmp/%n
SlurmctldPidFile=$dir/run/slurmctld.pid
SlurmdPidFile=$dir/run/slurmd.%n.pid
SlurmctldLogFile=$dir/log/slurmctld.log
SlurmdLogFile=$dir/log/slurmd.%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=2,bf_interval=2
ReturnToService=2
AccountingStorageType=accounting_storage/none
JobAcctGatherType=jobacct_gather/none
JobRequeue=1
MinJobAge=600
KillWait=5
SlurmctldTimeout=30
SlurmdTimeout=10
MpiDefault=none
SwitchType=switch/none
NodeName=DEFAULT CPUs=1 State=UNKNOWN
NodeName=n0 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 1))
NodeName=n1 NodeHostname=$host NodeAddr=127.0.0.1 Port=$((port + 2))
PartitionName=all Nodes=ALL Default=YES MaxTime=30:00 State=UP
END
}

# cluster_up DIR: start the daemons; 1 when they do not come up.
cluster_up() {
    local dir=$1 node
    munged --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" \
        --pid-file="$dir/run/munged.pid" --log-file="$dir/log/munged.log" \
        --seed-file="$dir/munge/seed" --num-threads=2 || return 1
    slurmctld -c || return 1
    for node in n0 n1; do slurmd -c -N $node || return 1; done
    for _ in {1..300}; do
        [[ $(sinfo -h -o %T 2>/dev/null | sort -u) == idle ]] && return 0
        sleep 0.1
    done
    return 1
}

# cluster_down DIR: end the daemons of this folder, by their pid files.
cluster_down() {
    local dir=$1 file pid
    timeout 10 scancel -u "$(id -un)" 2>/dev/null || true
    for file in "$dir"/run/slurmd.*.pid "$dir"/run/slurmctld.pid "$dir"/run/munged.pid; do
        [[ -f $file ]] || continue
        pid=$(<"$file")
        case $(cat "/proc/$pid/comm" 2>/dev/null) in
        slurmd* | slurmctld* | munged) kill "$pid" 2>/dev/null || true ;;
        esac
    done
    sleep 2
}
