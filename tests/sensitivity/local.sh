#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# sensitivity --local against closed forms, --against an arm, and the pictures.
set -euo pipefail
program=$1 data=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export XDG_CACHE_HOME=$folder
failed=0
complain() { echo "$*"; failed=1; }

# X = e^(-k t): dX/dln k = -k t X; stopped on day 2 in the other arm.
cat > decay.ant <<'END'
k = 0.3;
c = 2;
X' = -k*X;
X = 1;
Y := c*X;
END
cat > decay.yaml <<'END'
model: ./decay.ant
duration: 5 day
every: 1 day
outputs: [X, Y]
arms: {base: [], stopped: [{at: 2 day, set: {k: 0}}]}
END
"$program" sensitivity --local ./decay.yaml -p k -p c --all-times --digits 12 \
    --figure bars.png > table.tsv 2> said || { cat said; exit 1; }
awk -F'\t' 'function near(a, b) { d = a - b; return (d < 0 ? -d : d) < 2e-6 }
    NR == 1 { next }
    { t = $3; s = $2 == "stopped" && t > 2 ? 2 : t; x = exp(-0.3*s); y = $1 == "Y" ? 2*x : x
      want = $4 == "k" ? -s*y : $1 == "Y" ? y/2 : 0; p = $4 == "k" ? 0.3 : 2
      n++; if (!near($5, y) || !near($6, want) || !near($7, p*want/y)) { print; bad = 1 } }
    END { exit bad || n != 2*2*6*2 }' table.tsv || complain "not the closed form: $(cat table.tsv)"
"$program" sensitivity --local ./decay.yaml -p k -q 2>/dev/null > last.tsv
[[ $(wc -l < last.tsv) == 5 ]] || complain "last time alone: $(cat last.tsv)"

# A parameter of value 0 moves things, too: A = 5 e^(-(k - z) t), dA/dz = t A.
cat > zero.ant <<'END'
k = 0.3;
z = 0;
A' = -(k - z)*A;
A = 5;
END
cat > zero.yaml <<'END'
model: ./zero.ant
duration: 10 day
every: 10 day
arms: {base: []}
END
"$program" sensitivity --local ./zero.yaml -p z --digits 12 -q 2>/dev/null > atzero.tsv
awk -F'\t' 'NR == 2 { d = $6 - 10*5*exp(-3); if (d < 0) d = -d; n++; bad = d > 1e-5 || $7 != 0 }
    END { exit bad || n != 1 }' atzero.tsv || complain "zero: $(cat atzero.tsv)"

# All that a parameter moves, against differences of runs: the age at which a life began and
# its onsets, doses by body weight, what a match finds, an input whose value is 0.
cat > life.yaml <<'END'
model: human
subject: {extends: haemodialysis}
duration: 1 year
every: 1 year
outputs: [medial_calcium, serum_phosphate]
arms:
  treated: [navitoclax]
  matched: {subject: {extends: haemodialysis, diabetes: yes, diabetes_duration: 20 year,
      match: {cac: 500 Agatston, by: plaque}}, interventions: []}
END
export OSTEOSWITCH_PATH=$(realpath "$data/../..")
"$program" sensitivity --local ./life.yaml -p age0 -p weight -p ckd_w -p dm_w -p smoke --rtol 1e-9 \
    --digits 12 -q 2>/dev/null > lived.tsv
lives() { # lives NAME VALUE: medial calcium and phosphate of the two arms at the end
    "$program" run ./life.yaml --rtol 1e-10 --set "$1=$2" --csv - --digits 17 -q 2>/dev/null |
        awk -F, 'NR > 1 && $2 > 365 { printf "%s %s ", $3, $4 }'
}
for case in 'age0 61.99/year 62.01/year 0.02' 'weight 69.9/kg 70.1/kg 0.2' \
    'ckd_w 0.99/year 1.01/year 0.02' 'dm_w 0.99/year 1.01/year 0.02' 'smoke 0 0.0002 0.0002'; do
    read -r name low high width <<<"$case"
    echo "$(lives "$name" "${low/\// }") $(lives "$name" "${high/\// }")" |
        awk -v w="$width" '{ for (i = 1; i <= 4; i++) print ($(i + 4) - $i)/w }' > wanted
    awk -F'\t' -v p="$name" '$4 == p { print $1, $2, $6 }' lived.tsv |
        sort -k2,2r -k1,1 | paste -d' ' - wanted |
        awk '{ n++; d = $3 - $4; if (d < 0) d = -d; m = $4 < 0 ? -$4 : $4
               if (d > 2e-3*m + 1e-5) bad = 1 } END { exit bad || n != 4 }' ||
        complain "by $name: $(grep -P "\t$name\t" lived.tsv) against $(cat wanted)"
done

# The difference of two arms hangs on k, and hardly on c.
cat > design.yaml <<'END'
scenario: ./decay.yaml
method: saltelli
samples: 64
seed: 1
at: [3 day]
outputs: [Y]
parameters: {k: {min: 0.1, max: 0.5}, c: {min: 1.9, max: 2.1}}
END
"$program" sweep ./design.yaml -o pools -q 2>/dev/null
"$program" sensitivity pools --against base -o against.tsv --figure against.svg 2>/dev/null
awk -F'\t' 'NR > 1 { n++; if ($2 != "stopped") bad = 1
        if ($4 == "k" && $5 < 0.8) bad = 1; if ($4 == "c" && $5 > 0.2) bad = 1 }
    END { exit bad || n != 2 }' against.tsv || complain "against: $(cat against.tsv)"
for picture in bars.png against.svg; do
    [[ -s $picture ]] || complain "no $picture"
done
cat > wide.yaml <<'END'
model: ./decay.ant
duration: 1 day
every: 1 day
arms: {a: [], b: [], c: [], d: [], e: [], f: []}
END
"$program" sensitivity --local ./wide.yaml -p k --figure map.png -o map.tsv 2>/dev/null
[[ -s map.png ]] || complain "no map.png"

expect() { # expect EXIT TEXT ARGUMENT…
    local code=0 wanted=$1 text=$2
    shift 2
    "$program" "$@" > out 2> err || code=$?
    [[ $code == "$wanted" ]] || complain "$*: exit $code, expected $wanted"
    grep -qF -- "$text" err || complain "$*: no '$text' in: $(cat err)"
}
expect 65 "no derivative by 'plaque' in arm 'matched'" sensitivity --local ./life.yaml -p plaque
expect 64 'no calibrated parameters' sensitivity --local ./decay.yaml
expect 66 "no parameter 'kk'" sensitivity --local ./decay.yaml -p kk
expect 66 'absent' sensitivity --local ./absent.yaml
expect 64 '--parameter belongs to --local' sensitivity pools -p k
expect 64 'belongs to the DIR' sensitivity --local ./decay.yaml -p k --against base
expect 64 'expected one of' sensitivity pools --local ./decay.yaml
expect 66 "has no arm 'nobody'" sensitivity pools --against nobody
expect 66 'none of' sensitivity pools --figure x.png --outputs Z
expect 73 'bars.png' sensitivity --local ./decay.yaml -p k --figure bars.png
exit $failed
