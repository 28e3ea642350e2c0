#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The shipped record holds: no answer, counter or number of instructions is worse.
. "$(dirname "$0")/../cli/lib.sh"
expect 0 'entries as recorded, 0 values regressed' bench --compare "$root/bench/baseline.json"
cat out
finish 1
