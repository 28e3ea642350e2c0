#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The maintainers' pages stay true: files, folders and tests that they name exist, and each
# layer has its row. pages.sh ROOT
set -euo pipefail
cd "$1"
failed=0
named=0
complain() { echo "$*"; failed=1; }
for page in ARCHITECTURE.md CONTRIBUTING.md; do
    grep -q "$page" README.md || complain "README.md does not name $page"
    while read -r name; do
        named=$((named + 1))
        [[ -e $name ]] || complain "$page: there is no $name"
    done < <(grep -oE '`(src|models|params|tests|plots|bench)/[A-Za-z0-9_./-]*`|`[A-Z]+\.md`' "$page" | tr -d '`')
    while IFS=/ read -r suite name; do # a test of that name has a source of that name
        [[ ! -d tests/$suite ]] || compgen -G "tests/$suite/*$name*" >/dev/null ||
            complain "$page: there is no test $suite/$name"
    done < <(grep -oE '`[a-z]+/[a-z_]+`' "$page" | tr -d '`')
    while read -r link; do
        [[ -e $link ]] || complain "$page: there is no $link"
    done < <(grep -oE '\]\([^)#]+\)' "$page" | sed 's/^](//; s/)$//')
done
for folder in src/*/; do
    grep -q "^| \`${folder%/}\` |" ARCHITECTURE.md || complain "ARCHITECTURE.md: no row for ${folder%/}"
done
((named > 60)) || complain "only $named names read"
exit $failed
