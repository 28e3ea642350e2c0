#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every external symbol of the libraries starts with osw_, and none of them is a writable
# global (the one test hook of base/memory.c is file-local and so not seen here).
set -euo pipefail
failed=0
count=0
for library in "$@"; do
    while read -r kind name; do
        count=$((count + 1))
        case $name in
        osw_*) ;;
        *) echo "$library: external symbol $name lacks the prefix osw_"; failed=1 ;;
        esac
        case $kind in
        B | D | C) echo "$library: $name is a mutable global"; failed=1 ;;
        esac
    done < <(nm -g --defined-only -f sysv "$library" 2>/dev/null |
        awk -F'|' 'NF == 7 {gsub(/ /, ""); # constants that hold addresses are read-only too
            print $7 ~ /^\.data\.rel\.ro/ ? "R" : $3, $1}' |
        grep -vE ' (__asan|__odr_asan|__ubsan|asan\.|_+gcov|__emutls)')
done
((count > 20)) || { echo "only $count symbols read"; exit 1; }
exit $failed
