#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A model of one's own: compiled once, kept, run; and what is said when it cannot be.
. "$(dirname "$0")/lib.sh"

cat >decay.ant <<'EOF'
// one state that decays, one that remembers
unit u_per_day = 1/(86400 second);
k = 0.5; k has u_per_day;
X' = -k*X;
Y' = k*X;
X = 10; Y = 0;
total := X + Y;
EOF
cat >decay.yaml <<'EOF'
title: decay
model: ./decay.ant
duration: 4 day
every: 2 day
arms: {plain: [], fast: [{at: 0 day, set: {k: 1 1/d}}]}
EOF
expect 0 'Jacobian' check ./decay.ant
that 'one object in the cache' test "$(find cache -name '*.so' | wc -l)" = 1
that 'no rubbish in the cache' absent 'cache/osteoswitch/compile.*'
before=$(find cache -name '*.so' -printf '%T@')
expect 0 'total' list outputs --model ./decay.ant
that 'compiled once' test "$before" = "$(find cache -name '*.so' -printf '%T@')"

expect 0 '' run ./decay.yaml --csv - --rtol 1e-9
that 'X(4) = 10 exp(-2)' awk -F, '
    NR == 1 { for (i = 1; i <= NF; i++) col[$i] = i }
    $1 == "plain" { x = $col["X"]; s = $col["total"] }
    $1 == "fast" { z = $col["X"] }
    END { exit !((x - 10*exp(-2))^2 < 1e-12 && (s - 10)^2 < 1e-12 && (z - 10*exp(-4))^2 < 1e-12) }' out

cat >switch.ant <<'EOF'
// a fold on either side: 0 = s + x^2/(1 + x^2) - d*x
s = 0.05; d = 0.55;
x' = s + x^2/(1 + x^2) - d*x;
x = 0.05;
EOF
expect 0 '^units: s [^ ]+, ' steady ./switch.ant --scan s=0.001:0.2
expect 0 'fold at s = ' steady ./switch.ant --scan s=0.001:0.2
that 'a fold near its closed form' awk '
    /^fold at s/ { n++; if (n == 1) f = $5 }
    END { # s = d x - x^2/(1+x^2) at d = 2x/(1+x^2)^2: bisect the smaller root
        a = 0; b = 0.577
        for (i = 0; i < 60; i++) { x = (a+b)/2; if (2*x/(1+x*x)^2 < 0.55) a = x; else b = x }
        s = 0.55*x - x*x/(1+x*x); exit !(n >= 1 && (f - s)^2 < 1e-12) }' out
expect 0 'unstable' steady ./switch.ant --starts 40 --set s=0.06 --set x=0.6
expect 64 'NAME=LO:HI' steady ./switch.ant --scan s=0.2:0.2

# every branch, from either end: a fold at S = 0.0916 ends two of three states
cat >three.ant <<'EOF'
k0 = 0.05; v = 1; K = 1; d = 0.4; S = 0; x = 0
x' = k0 + S + v*x^4/(K^4 + x^4) - d*x
EOF
expect 0 '^x +0.26[0-9]+ +2.70[0-9]+ +0.67' steady ./three.ant --set S=0.05 --starts 20
for range in 0:0.5 0.5:0; do
    expect 0 '^fold at S = 0.09159' steady ./three.ant --scan S=$range
    expect 0 '' steady ./three.ant --scan S=$range --csv --units
    that "both branches of S=$range" awk -F, '
        NR == 1 { if ($0 != "S,stability,x,branch") exit 1 }
        NR == 2 { if ($0 != "1,,1,1") exit 1 }
        NR > 2 { r = 0.05 + $1 + $3^4/(1 + $3^4) - 0.4*$3; if (r*r > 1e-16) wrong = 1
            n[$4 "," $2]++; if ($3 > 2.5 && $2 == "stable") { if ($1 == 0) low = 1; if ($1 == 0.5) high = 1 } }
        END { exit !(!wrong && low && high && NR > 40) }' out
done
expect 0 'stability,largest_real,x' steady ./three.ant --csv
cat >unbounded.ant <<'EOF'
x' = k - x*(1 - S); k = 1; S = 0; x = 1
EOF
expect 0 'state x goes to infinity as S nears 1' steady ./unbounded.ant --scan S=0:2
cat >small.ant <<'EOF'
x' = a - x*c; y' = b*x - y*c; a = 1e-15; b = 1e3; c = 1; x = 0; y = 0
EOF
expect 0 '' steady ./small.ant --csv
that 'steady states of 1e-15' awk -F, 'NR == 2 { a = $4/1e-15 - 1; b = $5/1e-12 - 1
    exit !(a*a < 1e-16 && b*b < 1e-16) }' out
cat >season.ant <<'EOF'
x' = 1 + sin(time/100) - x; x = 1
EOF
expect 0 'rates depend on time .that of x.: steady states are those of day 0' steady ./season.ant
expect 66 "unknown parameter 'q'" steady ./switch.ant --scan q=0:1

# no compiler, a broken one, no folder to keep the object in
rm -rf cache
CC=no-such-compiler expect 69 "there is no 'no-such-compiler'" check ./decay.ant
CC=false expect 69 "the C compiler 'false' failed" check ./decay.ant
that 'nothing kept after a failure' absent 'cache/osteoswitch/*'
XDG_CACHE_HOME='' HOME='' expect 69 'set HOME or XDG_CACHE_HOME' check ./decay.ant
touch file
XDG_CACHE_HOME=$work/file expect 73 'cannot keep compiled models here' check ./decay.ant
CC='cc -g' expect 0 'ok ' check ./decay.ant

# code runs only from a folder that nobody else can write, and under its own name
chmod 777 cache/osteoswitch
expect 0 'others could write this cache of compiled models: its mode was 777, now 755' check ./decay.ant
that 'the mode is put right' test "$(stat -c %a cache/osteoswitch)" = 755
if [[ $(id -u) == 0 ]]; then
    chown 12345 cache/osteoswitch
    expect 73 'belongs to another user' check ./decay.ant
    chown 0 cache/osteoswitch
fi
rm -rf cache
expect 0 'ok ' check ./decay.ant
decay=$(find cache -name '*.so')
expect 0 'ok ' check ./switch.ant
switch=$(find cache -name '*.so' ! -path "$decay")
cp "$decay" "$switch"
expect 0 'ok ' check ./switch.ant
that 'an object under another name is made again' test "$(cmp "$decay" "$switch" >&2; echo $?)" = 1
cp "$decay" kept && ln -sf "$PWD/kept" "$decay"
expect 0 'ok ' check ./decay.ant
that 'a link is made again' test ! -h "$decay"

# an entry of the cache that is cut short or damaged is made again, never loaded
rm -rf cache
expect 0 '' run ./decay.yaml --csv - -q
cp out right
object=$(find cache -name '*.so')
cp "$object" kept
for size in 0 100 4096 $(($(stat -c %s kept) - 1)); do
    head -c "$size" kept >"$object"
    expect 0 '' run ./decay.yaml --csv - -q
    that "an object cut to $size bytes is made again" cmp out right
done
for at in 16 64 120 1000 4200; do
    cp kept "$object"
    printf '\xff\xff\xff\x7f' | dd of="$object" bs=1 seek=$at conv=notrunc 2>dd
    expect 0 '' run ./decay.yaml --csv - -q
    that "an object damaged at $at is made again" cmp out right
done

# asked to stop while the compiler works, both do, and nothing stays
printf '#!/bin/sh\nsleep 60 & echo $! >"%s/sleeper"; wait\n' "$work" >slow && chmod +x slow
rm -rf cache
CC=$work/slow "$osteoswitch" check ./decay.ant >out 2>err &
pid=$!
for ((i = 0; i < 100; i++)); do [[ -s sleeper ]] && break; sleep 0.1; done
kill -TERM $pid
wait $pid
judge 143 'terminated' $? 'check, stopped while the compiler works'
ended() { ! grep -qs '^State:.[RSD]' "/proc/$(cat sleeper)/status"; }
for ((i = 0; i < 50; i++)); do ended && break; sleep 0.1; done
that 'the compiler has ended' ended
that 'no rubbish in the cache' absent 'cache/osteoswitch/compile.*'

# a model whose code no compiler would finish
awk 'BEGIN { for (i = 0; i < 130; i++) s = s "+x" i
    for (i = 0; i < 130; i++) printf "x%d'"'"' = -x%d*(%s); x%d = 1\n", i, i, substr(s, 2), i }' >dense.ant
expect 65 'too large' check ./dense.ant

# on a terminal the compilation is said, and Ctrl-C ends it
printf "X' = -k*X; k = 1; X = 1; q = 4711\n" >said.ant
if command -v script >/dev/null; then
    script -qec "'$osteoswitch' steady ./said.ant" said.log >/dev/null </dev/null
    that 'compiling is said on a terminal' grep -q 'compiling .*said.ant' said.log
    script -qec "'$osteoswitch' steady ./said.ant" said.log >/dev/null </dev/null
    that 'what is compiled is not compiled again' bash -c '! grep -q compiling said.log'
fi
# an SBML file is no model here, and is told from one that is broken
printf '<?xml version="1.0"?>\n<sbml/>\n' >model.xml
cp model.xml model.ant
expect 65 'is XML, .*models are Antimony text' check ./model.xml
expect 65 'is XML, .*models are Antimony text' check ./model.ant
expect 65 'is XML, .*models are Antimony text' run quickstart --model ./model.xml

# what a text lacks or says wrongly
printf "X' = -k*X; X = 1\n" >lacks.ant
expect 65 "unknown symbol 'k'" check ./lacks.ant
printf "X' = -k*X; k = 1\n" >lacks.ant
expect 65 "state 'X' has no initial value" check ./lacks.ant
printf "X' = -k*X; k = 1; X = 1/(k - 1)\n" >lacks.ant
expect 65 "initial value of 'X' is not finite" check ./lacks.ant

# a copy of a shipped model, changed: it has the tables of its name
cp -r "$root/models" mine
chmod -R u+w mine
printf '\nX_new'"'"' = -X_new/day_new; day_new = 2; X_new = 3;\n' >>mine/human.ant
expect 0 '^cfpwv ' list outputs --model mine/human.ant
expect 0 '^X_new ' steady mine/human.ant
expect 0 '^placebo,0' run mk7-postmenopausal --model mine/human.ant --csv -
printf '\ncfpwv_twice := 2*cfpw;\n' >>mine/human.ant
expect 65 "mine/human.ant:[0-9]+:[0-9]+: error: .*cfpw" check mine/human.ant
finish 58
