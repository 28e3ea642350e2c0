#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# All figures of plots/analyses.md, the numbers that it quotes (figures.txt) and the model's
# equations (human.md), again: plots/figures.sh [PROGRAM [FOLDER]]. Results stay in a
# temporary folder.
set -euo pipefail
root=$(realpath "$(dirname "$0")/..")
osteoswitch=$(realpath "${1:-$root/build/osteoswitch}")
folder=$(realpath "${2:-$root/plots}")
export OSTEOSWITCH_PATH=$root${OSTEOSWITCH_PATH:+:$OSTEOSWITCH_PATH}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
: >numbers

# simulate SCENARIO OUTPUTS [OPTION…]: its results, and the last row of each arm
simulate() {
    local name=$1 outputs=$2
    shift 2
    "$osteoswitch" run "$name" "$@" -o "$name.h5" --csv "$name.csv" --force -q >/dev/null
    {
        echo "$name, at the end"
        table "$outputs" '{ for (a = 1; a <= n; a++) row(order[a], 1) }' "$name.csv"
    } >>numbers
}

# days NAME OUTPUTS: the mean over the last 24 hours of hourly results
days() {
    {
        echo "$1, mean of the last 24 hours"
        table "$2" '{ for (a = 1; a <= n; a++) row(order[a], 24) }' "$1.csv"
    } >>numbers
}

# table OUTPUTS END FILE: columns by name; row(arm, k) prints means over its last k rows
table() {
    awk -F, -v wanted="$1" '
        function row(arm, k,   c, r, sum) {
            printf("%-24s", arm)
            for (c = 1; c <= m; c++) {
                sum = 0
                for (r = count[arm] - k + 1; r <= count[arm]; r++) sum += value[arm, r, c]
                printf(" %-20.6g", sum / k)
            }
            print ""
        }
        NR == 1 {
            m = split(wanted, want, ",")
            for (i = 1; i <= NF; i++) at[$i] = i
            printf("%-24s", "arm")
            for (c = 1; c <= m; c++) printf(" %-20s", want[c])
            print ""
            next
        }
        !($1 in count) { order[++n] = $1 }
        { count[$1]++; for (c = 1; c <= m; c++) value[$1, count[$1], c] = $at[want[c]] }
        END '"$2"'
        END { print "" }' "$3" | sed 's/ *$//'
}

# draw PICTURE FILE… OPTION…
draw() {
    local picture=$1
    shift
    "$osteoswitch" plot "$@" -o "$folder/$picture.png" --force -q
}

# scan NAME MODEL SCAN OUTPUTS [OPTION…]: a branch of steady states, and its folds
scan() {
    local name=$1 model=$2 what=$3 outputs=$4
    shift 4
    "$osteoswitch" steady "$model" --scan "$what" --outputs "$outputs" --csv --units "$@" \
        >"$name.csv"
    {
        echo "$name, folds"
        head -1 "$name.csv"
        grep ',fold,' "$name.csv" || echo none
        echo
    } >>numbers
}

simulate drivers-normal-phosphate serum_phosphate,runx2,medial_calcium,cac,cfpwv
draw drivers drivers-normal-phosphate.h5 --kind endpoints --outputs medial_calcium,cac,cfpwv

simulate window medial_calcium,cac,cfpwv,osteogenic_fraction
draw window window.h5 --kind window --outputs medial_calcium,cac,cfpwv

loops=(--set 'bR_BMP=1.5 ng/mL' --set m_M=1.5)
shown=serum_phosphate,runx2,osteogenic_fraction,tnap
scan uraemia human 'diet_org=5:90 mmol/d' $shown --set 'egfr=10 mL/min'
scan uraemia_monostable human 'diet_org=5:90 mmol/d' $shown --set 'egfr=10 mL/min' "${loops[@]}"
draw branches-human uraemia.csv uraemia_monostable.csv --kind branches --x serum_phosphate \
    --outputs runx2,osteogenic_fraction,tnap
scan dish culture 'medium_phosphate=0.5:4 mmol/L' runx2,tnap
scan dish_monostable culture 'medium_phosphate=0.5:4 mmol/L' runx2,tnap "${loops[@]}"
draw branches-culture dish.csv dish_monostable.csv --kind branches --outputs runx2,tnap
simulate hysteresis pi_medium,runx2,osteogenic_fraction,calcium_deposited
draw hysteresis hysteresis.h5 --outputs pi_medium,runx2,osteogenic_fraction

simulate medial-intimal cac,intimal_share_of_cac,medial_calcium,abi,cfpwv
draw medial-intimal medial-intimal.h5 --kind endpoints \
    --outputs cac,intimal_share_of_cac,medial_calcium,abi,cfpwv

for trial in mk7-dalmeijer mk7-westenfeld mk7-kurnatowska mk7-devries; do
    simulate $trial dp_ucmgp,medial_calcium,cac,cfpwv
done
simulate mk7-postmenopausal dp_ucmgp,medial_calcium,cac,cfpwv --arm placebo --arm mk7
draw mk7-trials mk7-dalmeijer.h5 mk7-westenfeld.h5 mk7-kurnatowska.h5 mk7-devries.h5 \
    mk7-postmenopausal.h5 --kind endpoints --control placebo --outputs dp_ucmgp,cac,cfpwv

simulate meal-rhythm serum_phosphate,pi_uptake,runx2,ppi_pi_ratio
days meal-rhythm serum_phosphate,phosphate_absorption,pi_uptake,runx2,ppi_pi_ratio
draw meals meal-rhythm.h5 --outputs serum_phosphate,pi_uptake
simulate averaging medial_calcium,cac,cfpwv,dp_ucmgp,senescent_fraction,osteogenic_fraction
draw averaging averaging.h5 --kind endpoints --outputs medial_calcium,cac,senescent_fraction

"$osteoswitch" sweep sobol-mk7 -o mk7 -q
"$osteoswitch" sensitivity mk7 --against placebo -o mk7.tsv --figure "$folder/sobol-mk7.png" --force -q
"$osteoswitch" sensitivity --local natural-history -o local.tsv --figure "$folder/local.png" \
    --outputs medial_calcium,cac,cfpwv,abi --force -q

"$osteoswitch" export markdown human -o "$folder/human.md" --force -q
cp numbers "$folder/figures.txt"
