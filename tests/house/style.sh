#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The habits that keep the house readable: sizes of functions, licence lines, no marks of
# unfinished work, one formatting.
set -euo pipefail
cd "$1"
failed=0
complain() { echo "$*"; failed=1; }

sources=(src/*/*.c src/*/*.h tests/*/*.c tests/*/*.h bench/*.c)
((${#sources[@]} > 100)) || complain "only ${#sources[@]} files found: is this the source tree?"

for file in "${sources[@]}" tests/*/*.sh models/*.ant params/*.tsv params/*/*.yaml; do
    { read -r first; read -r second; } <"$file" || true
    [[ $first$second == *'SPDX-License-Identifier: GPL-3.0-or-later'* ]] ||
        complain "$file: no SPDX line"
done

marks=$(grep -rnwE 'TO''DO|FIX''ME|XX''X|HA''CK|place''holder' src models params tests bench plots \
    --include='*.[ch]' --include='*.sh' --include='*.ant' --include='*.yaml' \
    --include='*.tsv' --include='*.md' || true)
[[ -z $marks ]] || complain "marks of unfinished work:" "$marks"

# A function's body stands between lines that hold a brace in the first column.
awk '/^\{/ { start = FNR } /^\}/ && start { print FNR - start, FILENAME ":" start; start = 0 }' \
    src/*/*.c | sort -n > "${TMPDIR:-/tmp}/osw-functions.$$"
read -r n median p90 most where < <(awk '{ lines[NR] = $1; at[NR] = $2 }
    END { print NR, lines[int(NR / 2)], lines[int(NR * 0.9)], lines[NR], at[NR] }' \
    "${TMPDIR:-/tmp}/osw-functions.$$")
rm -f "${TMPDIR:-/tmp}/osw-functions.$$"
echo "$n functions: median $median lines, nine of ten within $p90, longest $most ($where)"
((n > 500 && median <= 20 && p90 <= 60 && most <= 100)) ||
    complain "functions: median at most 20 lines, nine of ten at most 60, none above 100"

if command -v clang-format >/dev/null && clang-format --version | grep -q 'version 14'; then
    unformatted=$(clang-format --dry-run -Werror "${sources[@]}" 2>&1 | grep 'error:' || true)
    [[ -z $unformatted ]] || complain "not as clang-format has it:" "$unformatted"
fi
exit $failed
