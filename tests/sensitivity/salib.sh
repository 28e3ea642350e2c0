#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Indices on SALib's own points against SALib; skipped where SALib is not installed.
set -euo pipefail
program=$1 data=$2
python=${OSW_TEST_PYTHON:-python3}
"$python" -c 'import SALib' 2>/dev/null || { echo "no Python with SALib: skipped"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
XDG_CACHE_HOME=$folder "$python" "$data/salib.py" "$program" "$data"
