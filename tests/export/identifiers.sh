#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The reference translator of Antimony reads every shipped model and finds the same names.
set -euo pipefail
osteoswitch=$(realpath "$1")
root=$2
python=${OSW_TEST_PYTHON:-python3}
"$python" -c 'import antimony' 2>/dev/null || { echo "no antimony in $python"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for model in $("$osteoswitch" list models | awk '{print $1}'); do
    [[ -f $root/models/$model.ant ]] || continue
    "$osteoswitch" export sbml "$model" >"$work/$model.xml"
    "$python" "$root/tests/export/identifiers.py" "$root/models/$model.ant" "$work/$model.xml"
    touch "$work/some"
done
[[ -f $work/some ]]
