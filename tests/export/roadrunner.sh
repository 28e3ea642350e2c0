#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Another simulator, given the exported model, agrees with our solver on every output:
# 60 years of the human model, a mouse's life, a dish at high phosphate, and every function of
# the language.
set -euo pipefail
write_model=$(realpath "$1")
compare=$(realpath "$2")
python=${OSW_TEST_PYTHON:-python3}
"$python" -c 'import roadrunner' 2>/dev/null || { echo "no libRoadRunner in $python"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export XDG_CACHE_HOME=$work/cache
"$write_model" human human.xml human.csv 60 age0=20
"$python" "$compare" human.xml human.csv 1e-5
"$write_model" mouse mouse.xml mouse.csv 2
"$python" "$compare" mouse.xml mouse.csv 1e-5
"$write_model" culture culture.xml culture.csv 2 medium_P=2.6 flow=0.4
"$python" "$compare" culture.xml culture.csv 1e-5
command -v cc >/dev/null || exit 0
cat >all.ant <<'END'
function twice(x)
  2*x;
end
a = 0.3; b = 2.5; n = 1.7
X = 1; Y = 0.5
e := exp(-a*X); l := ln(1 + X); g := log10(2 + Y); r := sqrt(X + Y)
s := sin(b*time/100); c := cos(time/50); h := tanh(X - Y)
p := X^n + Y^3 - X^(-2) + 2^a
X' = -a*X/100 + 0.01*(e + l) - -0.001*g + 0.002*s
Y' = twice(0.003)*(c*h + r - Y) + 1e-4*p
END
"$write_model" ./all.ant all.xml all.csv 3
"$python" "$compare" all.xml all.csv 1e-5
# what overflows at its word has its value: softplus, logistic, Hill, powers over a sum
cat >far.ant <<'END'
function sp(x, w)
  w*ln(1 + exp(x/w));
end
function hill(x, K, n)
  (x/K)^n/(1 + (x/K)^n);
end
X = 1; k = 0.1
a := sp(X, 0.2); h := 3*hill(X, 1e-3, 60); l := 2*exp(X)/(1 + exp(X)); g := X^150/(5^150 + X^150)
X' = -k*X
END
"$write_model" ./far.ant far.xml
"$python" - <<'END'
import roadrunner
engine = roadrunner.RoadRunner("far.xml")
for x in (50, 300, 3000):
    engine["X"] = float(x)
    found = [engine[name] for name in "ahlg"]
    print(x, found)
    assert all(abs(f - r) < 1e-9*r for f, r in zip(found, (x, 3, 2, 1)))
END
