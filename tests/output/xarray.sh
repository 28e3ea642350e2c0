#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A result opens in h5py and xarray; skipped where Python or h5py is not there.
set -euo pipefail
write_made=$1
reader=$2
python=${OSW_TEST_PYTHON:-python3}
command -v "$python" >/dev/null || exit 77
file=$(mktemp)
trap 'rm -f "$file"' EXIT
"$write_made" "$file"
"$python" "$reader" "$file"
