#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The table of signs: a sign that holds, one that does not, faults with their place.
set -euo pipefail
osteoswitch=$(realpath "$1")
cd "$(mktemp -d)"
head=$'id\tcontext\tarm\tchange\toutput\tat\tdirection\tleast\tmost\tsource\tnote'
row() { # change direction least
    printf '%s\na\tculture-phosphate\tpi_2.6\t%s\tha\t14 day\t%s\t%s\t\ttest\t\n' \
        "$head" "$1" "$2" "$3" >signs.tsv
}
expect() { # code text
    local code=0
    "$osteoswitch" evidence --signs --table signs.tsv >said 2>&1 || code=$?
    if [[ $code != "$1" ]] || ! grep -qF -- "$2" said; then
        echo "expected exit $1 with '$2', got $code:"
        cat said
        exit 1
    fi
}
row 'kJ*0.5' down 0.01
expect 0 'signs: 1 of 1 hold'
row 'kJ*0.5' up 0.01
expect 3 'signs: 0 of 1 hold'
row 'kJ*half' down 0.01
expect 65 'signs.tsv:2:'
row 'kJJ*2' down 0.01
expect 65 'no such parameter or input'
row 'kJ*2' upward 0.01
expect 65 "expected up, down or none, found 'upward'"
row 'kJ*2' up ''
expect 65 'least: expected a size above 0'
