#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Brings counts and misses in params/evidence/README.md up to date:
#     tests/evidence/document.sh build/osteoswitch
set -euo pipefail
osteoswitch=$(realpath "$1")
cd "$(dirname "$0")/../.."
page=params/evidence/README.md
shown=$("$osteoswitch" evidence -q) || [[ $? == 3 ]]
counts=$(grep -E '^[a-z]+: [0-9]+ of [0-9]+ inside' <<<"$shown")
misses=$(sed -n '/^Not inside:/,/^$/p' <<<"$shown" |
    sed -nE 's/^  ([^ ]+) \(([a-z]+)\): (.*)$/- `\1` (\2): \3/p')
COUNTS=$counts MISSES=$misses awk '
    /^## / { section = $0 }
    section == "## Score" && /^```$/ { print; if (++fence == 1) print ENVIRON["COUNTS"]; next }
    section == "## Score" && fence == 1 { next }
    section ~ /not inside$/ && /^- `/ { if (!listed++) print ENVIRON["MISSES"]; next }
    { print }' "$page" >"$page.new"
mv "$page.new" "$page"
git diff --stat -- "$page"
