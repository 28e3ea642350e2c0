#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What averaging over meals and doses costs, held to bounds (plots/analyses.md states the
# figures): the day's swing is that of the literature, the mean over the day stays, mineral
# after years hardly moves, and the integrator steps over no meal.
. "$(dirname "$0")/lib.sh"

# value FILE ARM OUTPUT [ROWS]: the mean over the last rows of an arm
value() {
    awk -F, -v arm="$2" -v name="$3" -v k="${4:-1}" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i }
        $1 == arm { x[++n] = $c }
        END { for (r = n - k + 1; r <= n; r++) sum += x[r]; printf "%.12g", sum / k }' "$1"
}
between() { awk "BEGIN { x = $3; exit !(x >= $1 && x <= $2) }"; }
# relative FILE ARM CONTROL OUTPUT [ROWS]: difference of two arms over the control
relative() {
    local a b
    a=$(value "$1" "$2" "$4" "${5:-1}")
    b=$(value "$1" "$3" "$4" "${5:-1}")
    awk "BEGIN { printf \"%.12g\", ($a - $b)/$b }"
}

expect 0 '' run meal-rhythm --csv day.csv -q
swing=$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "serum_phosphate") c = i }
    $1 == "meals" && $2 >= 9 { if (!n++ || $c < low) low = $c; if (n == 1 || $c > high) high = $c }
    END { print high - low }' day.csv)
that "phosphate swings by 0.1 to 0.3 mmol/L ($swing)" between 0.1 0.3 "$swing"
for ckd in '' _ckd5; do
    r=$(relative day.csv "meals$ckd" "mean$ckd" phosphate_absorption 24)
    that "a day's meals are the mean of the day$ckd ($r)" between -0.002 0.002 "$r"
    p=$(relative day.csv "meals$ckd" "mean$ckd" serum_phosphate 24)
    that "the kidney's threshold is convex: phosphate of the day falls$ckd ($p)" \
        between -0.03 -0.0002 "$p"
    r=$(relative day.csv "meals$ckd" "mean$ckd" ppi_pi_ratio 24)
    that "PPi over phosphate is convex: more than the mean of phosphate explains$ckd ($r)" \
        between 1.0005 1.02 "(1 + $r)*(1 + $p)"
    r=$(relative day.csv "meals$ckd" "mean$ckd" runx2 24)
    that "RUNX2 of the day$ckd ($r)" between -0.01 0.01 "$r"
done

arms=(--arm mean --arm meals --arm mean_ckd5 --arm meals_ckd5)
expect 0 '' run averaging "${arms[@]}" --arm mean_mk7_weekly --arm doses_mk7_weekly \
    --arm mean_alendronate --arm doses_alendronate --arm mean_snf472 --arm doses_snf472 \
    --arm mean_senolytic --arm doses_senolytic --csv years.csv --digits 12 -q
for pair in meals:mean meals_ckd5:mean_ckd5 doses_mk7_weekly:mean_mk7_weekly \
    doses_alendronate:mean_alendronate doses_snf472:mean_snf472 doses_senolytic:mean_senolytic; do
    for output in medial_calcium cac cfpwv; do
        r=$(relative years.csv "${pair%:*}" "${pair#*:}" $output)
        that "${pair%:*}, $output: averaging costs less than 1 % ($r)" between -0.01 0.01 "$r"
    done
done
r=$(relative years.csv doses_mk7_weekly mean_mk7_weekly dp_ucmgp)
that "dp-ucMGP with a dose a week ($r)" between -0.01 0.01 "$r"

# No meal is stepped over: ten times the accuracy changes far less than the meals do.
expect 0 '' run averaging --arm mean_ckd5 --arm meals_ckd5 --rtol 1e-8 --csv tight.csv --digits 12 -q
a=$(relative years.csv meals_ckd5 mean_ckd5 medial_calcium)
b=$(relative tight.csv meals_ckd5 mean_ckd5 medial_calcium)
that "the error is the meals', not the integrator's ($a, $b)" between 0.9 1.1 "($a)/($b)"
finish 32
