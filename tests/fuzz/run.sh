#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# run.sh FUZZER CORPUS RUNS: a fixed number of executions from a copy of the seed corpus
# (libFuzzer adds what it finds to the folder it is given).
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$1" -runs="$3" -seed=1 -max_len=4096 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$(basename "$1")-" "$work" "$2" >"$work.log" 2>&1 ||
    { tail -60 "$work.log"; exit 1; }
grep -E 'number_of_executed_units|peak_rss' "$work.log"
rm -f "$work.log"
