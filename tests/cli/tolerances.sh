#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tolerances by every solver: errors fall with --rtol down to 1e-12 on problems with known
# answers, whatever the size of their states; declared scales count without a table of
# parameters. (docs/tolerances.md)
. "$(dirname "$0")/lib.sh"
solvers='cvode rosenbrock envelope'

# off SCENARIO SOLVER RTOL COLUMN VALUE…: the largest relative error of the rows' column.
off() {
    local scenario=$1 solver=$2 rtol=$3 column=$4
    shift 4
    "$osteoswitch" run "$scenario" --solver "$solver" --rtol "$rtol" --csv - --digits 17 \
        2>err </dev/null | awk -F, -v column="$column" -v right="$*" '
        BEGIN { n = split(right, r, " ") }
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == column) c = i; next }
        { k++; e = $c/r[k] - 1; e = e < 0 ? -e : e; if (!(e <= worst)) worst = e }
        END { print c && k == n ? worst : "nan" }'
}

below() { awk -v e="$1" -v most="$2" 'BEGIN { exit !(e + 0 == e && e <= most) }'; }

# converges SCENARIO COLUMN FACTOR LEAST VALUE…: errors at most FACTOR times rtol, and
# those of the last rtol at most a hundredth of those of the first; LEAST by rounding.
converges() {
    local scenario=$1 column=$2 factor=$3 least=$4 solver rtol error first
    shift 4
    for solver in $solvers; do
        first=
        for rtol in 1e-4 1e-6 1e-8 1e-10 1e-12; do
            error=$(off "$scenario" "$solver" "$rtol" "$column" "$@")
            first=${first:-$error}
            that "$scenario $column, $solver at $rtol: error $error" \
                below "$error" "$(awk "BEGIN { print $rtol*$factor + $least }")"
        done
        that "$scenario $column, $solver: errors fall ($first to $error)" \
            below "$error" "$(awk "BEGIN { print $first/100 + $least }")"
    done
}

case_of() { # NAME DURATION TIMES < model
    cat >"$1.ant"
    printf 'model: ./%s.ant\nduration: %s day\nat: [%s]\narms: {a: []}\n' "$1" "$2" "$3" \
        >"$1.yaml"
}

case_of decay 30 '3 day, 30 day' <<'EOF'
k = 0.1
A' = -k*A
A = 1
EOF
converges ./decay.yaml A 300 0 0.74081822068171786607 0.04978706836786394298

# Robertson 1966; values by two implicit methods at 1e-13, and the Test Set's at 1e11, where
# y1' is a difference of terms 1e9 times as large: rounding leaves seven digits or more
case_of robertson 1e11 '40 day, 1e11 day' <<'EOF'
k1 = 0.04; k2 = 3e7; k3 = 1e4;
y1' = -k1*y1 + k3*y2*y3
y2' = k1*y1 - k3*y2*y3 - k2*y2^2
y3' = k2*y2^2
y1 = 1; y2 = 0; y3 = 0
EOF
converges ./robertson.yaml y1 3000 1e-7 0.71582706871929 0.2083340149701255e-7
converges ./robertson.yaml y2 3000 1e-7 9.1855347645e-6 0.8333360770334713e-13
for solver in $solvers; do
    for rtol in 1e-3 1e-6; do
        "$osteoswitch" run ./robertson.yaml --solver "$solver" --rtol "$rtol" --csv - \
            >out 2>err
        that "Robertson by $solver at $rtol: nothing below 0" \
            awk -F, 'NR > 1 && ($3 < 0 || $4 < 0 || $5 < 0) { exit 1 }' out
    done
done

# HIRES of the Test Set for IVP Solvers, with its published values
case_of hires 321.8122 '321.8122 day' <"$root/bench/problems/hires.ant"
converges ./hires.yaml y1 3000 0 0.7371312573325668e-3
converges ./hires.yaml y6 3000 0 0.6238968252742796e-2

# Logistic growth from 1e-10 to 1e-8: K/(1 + 99 e^-t)
case_of logistic 10 '5 day, 10 day' <<'EOF'
X' = r*X*(1 - X/K)
r = 1; K = 1e-8; X = 1e-10
EOF
converges ./logistic.yaml X 3000 0 5.9985960181303481e-09 9.9552551792951472e-09

# An enzyme in mol/L whose complex and product start at 0; and the same in umol/L
for size in 1 1e-6 1e-12; do
    case_of "enzyme$size" 10 '1 day, 10 day' <<EOF
size = $size; kf = 30/$size; kr = 5; kcat = 4;
v := kf*S*E - kr*C
S' = -v
E' = -v + kcat*C
C' = v - kcat*C
P' = kcat*C
S = 10*$size; E = 0.1*$size; C = 0; P = 0
share := P/size
EOF
done
for solver in $solvers; do
    a=$("$osteoswitch" run ./enzyme1.yaml --solver "$solver" --rtol 1e-11 --csv - \
        --digits 17 2>err | awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "share") c = i }
        NR > 1 { printf "%s ", $c }')
    for size in 1 1e-6 1e-12; do # shellcheck disable=SC2086
        error=$(off ./enzyme$size.yaml "$solver" 1e-6 share $a)
        that "enzyme of size $size by $solver: error $error" below "$error" 1e-5
    done
done

# A table of states alone: its scale counts, and a cell without one leaves it to history
cat >lv.ant <<'EOF'
X' = a*X - b*X*Y
Y' = b*X*Y - c*Y
a = 1; b = 1e9; c = 1; X = 2e-9; Y = 1e-9
EOF
printf 'model: ./lv.ant\nduration: 10 day\nat: [10 day]\narms: {a: []}\n' >lv.yaml
cp lv.ant plain.ant
sed s/lv/plain/ lv.yaml >plain.yaml
head='stateId\tunit\tscale\tstart\theld\tnote\n'
printf "$head%s" $'X\t1\t1e-9\t2e-9\t0\tx\nY\t1\t\t\t0\ty\n' >lv.states.tsv
error=$(off ./lv.yaml cvode 1e-8 X 4.50309785221e-10)
that "a table of states alone: error $error" below "$error" 1e-6
printf "$head%s" $'X\t1\t1\t2e-9\t0\tx\nY\t1\t1\t1e-9\t0\ty\n' >lv.states.tsv
error=$(off ./lv.yaml cvode 1e-6 X 4.50309785221e-10)
that "a scale far above the values is taken at its word: error $error" below 0.001 "$error"
error=$(off ./plain.yaml cvode 1e-6 X 4.50309785221e-10)
that "without a table: error $error" below "$error" 1e-4
printf "$head%s" $'X\t1\t-1\t\t0\tx\n' >lv.states.tsv
expect 65 'lv.states.tsv:2.*expected a number above 0' run ./lv.yaml
printf "$head%s" $'Z\t1\t1\t\t0\tx\n' >lv.states.tsv
expect 65 "no state 'Z'" run ./lv.yaml

# A pulse of two days after years of nothing: an input for B, by every solver, with and
# without a drug that does not touch it; B(1010 d) is the pulse's integral, decayed.
cat >pulse.ant <<'EOF'
A' = -k*A
A = 0; k = 0.5
u := size*exp(-((time - 1000.3)/2)^2); size = 40
B' = u - 0.01*B
B = 0
EOF
cat >daily.yaml <<'EOF'
model: ./pulse.ant
title: a drug that B does not depend on
dose: 1
every: 1 day
targets: [{state: A, add: "dose"}]
EOF
cat >pulse.yaml <<'EOF'
model: ./pulse.ant
duration: 1100 day
at: [1010 day]
outputs: [B]
arms: {placebo: [], drug: [daily], late: [{at: 900 day, set: {size: 80}}]}
EOF
for solver in $solvers; do
    expect 0 'note: the rate of B depends on time.*about day 1000.*--max-step' \
        run ./pulse.yaml --solver "$solver" --csv -
    that "a short pulse by $solver" awk -F, '
        NR > 1 { e = $3/128.7008 - ($1 == "late" ? 2 : 1); if (e*e > 1e-8) wrong = 1 }
        END { exit !(!wrong && NR == 4) }' out
done
expect 0 '' run ./pulse.yaml --max-step 50 --csv -
sed 's/^u := .*/u := size*(1 + time\/1000); size = 40/' pulse.ant >ramp.ant
sed 's/pulse/ramp/; s/, drug.*/}/' pulse.yaml >ramp.yaml
expect 0 '' run ./ramp.yaml --csv -
that 'a slow change is no pulse' bash -c '! grep -q "depends on time" err'

# What nothing tells the size of, all else being 0: said by name, and mended by a table
case_of dark 10 '10 day' <<'EOF'
X' = a - k*X; Y' = 1 - Y; a = 1e-12; k = 0.1; X = 0; Y = 0
EOF
for solver in $solvers; do
    expect 0 'note: state X began at 0 and stayed too small for its tolerance.*dark.states.tsv' \
        run ./dark.yaml --solver "$solver" --csv -
    that "only X is named by $solver" test "$(grep -c 'too small' err)" = 1
done
printf "$head%s" $'X\t1\t1e-12\t0\t0\tx\n' >dark.states.tsv
expect 0 '' run ./dark.yaml --csv -
that 'a table says it' bash -c '! grep -q "too small" err'

finish 145
