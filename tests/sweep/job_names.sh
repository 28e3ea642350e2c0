#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The job script names designs and folders of any characters so that bash gives them back and
# runs nothing of them: random names, one seed.
. "$(dirname "$0")/../cli/lib.sh"
pieces=("'" '"' '$(touch hit)' '`touch hit`' $'\n' ' ' ';touch hit;' '\' '*' '&' '|' 'a' '-'
    '%s' '${HOME}' '#' '!' $'\t' 'µ')
as_asked() {
    [[ ${words[1]-} == "$design" && ${words[2]-} == "--output=$folder" && ! -e hit ]]
}
RANDOM=20261
for ((i = 0; i < 60; i++)); do
    design=d folder=f
    for ((j = 0; j < 6; j++)); do
        design+=${pieces[RANDOM % ${#pieces[@]}]}
        folder+=${pieces[RANDOM % ${#pieces[@]}]}
    done
    rm -f words
    expect 0 '' sweep "$design" -o "$folder" --sbatch
    (osteoswitch() { printf '%s\0' "$@" >words; }; . ./out) >/dev/null 2>&1
    words=()
    mapfile -d '' words <words
    that "the script gives back $(printf %q "$design") and $(printf %q "$folder")" as_asked
done
finish 120
