#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input of each kind: the exit code, a message that names what is wrong and where.
. "$(dirname "$0")/lib.sh"

expect 66 "no scenario 'quikstart' \(did you mean 'quickstart'\?\)" run quikstart
expect 66 'no file .*nowhere.yaml' run ./nowhere.yaml
mkdir folder.yaml
expect 65 'directory' run ./folder.yaml
expect 66 "no model|did you mean 'human'" run quickstart --model humman
expect 66 '' run quickstart --arm placebbo
expect 66 'nowhere.h5' plot nowhere.h5
echo 'not HDF5' >text.h5
expect 65 'text.h5' plot text.h5
expect 65 'text.h5' plot text.h5 --kind branches
expect 64 'several files' plot text.h5 text.h5
expect 64 'courses.endpoints.window' plot text.h5 --kind bars
expect 65 'text.h5' run --replay text.h5

scenario() { cat >"$1.yaml"; }
scenario good <<'EOF'
title: good
model: human
subject: {extends: healthy, age: 60 year}
duration: 30 day
every: 10 day
arms:
  placebo: []
EOF
expect 0 'placebo' run ./good.yaml

# wrong SED-EXPRESSION PATTERN: the good scenario with one thing changed is refused.
wrong() {
    sed "$1" good.yaml >bad.yaml
    if cmp -s good.yaml bad.yaml; then echo "FAILED: '$1' changed nothing"; failed=1; fi
    expect 65 "$2" run ./bad.yaml
}
wrong 's/^model: human/model: humann/' 'bad.yaml:2.*humann'
wrong 's/^subject:.*/subject: {extends: healthi, age: 60 year}/' 'bad.yaml:3.*healthi'
wrong 's/age: 60 year/age: 60 mmol/' 'bad.yaml:3'
wrong 's/age: 60 year/ege: 60 year/' 'bad.yaml:3'
wrong 's/^duration: 30 day/duration: -30 day/' 'bad.yaml:4'
wrong 's/^duration: 30 day/duration: nan day/' 'bad.yaml:4'
wrong 's/^duration: 30 day/duration: 30 kg/' 'bad.yaml:4'
wrong 's/^duration.*//' 'duration'
wrong 's/^every: 10 day/evry: 10 day/' "did you mean 'every'"
wrong 's/^every: 10 day/every: 10 day\nat: [1 day]/' 'bad.yaml:[56]'
wrong 's/placebo: \[\]/placebo: [mk77]/' 'bad.yaml:7.*mk77'
wrong 's/placebo: \[\]/placebo: [{mk7: {dose: -1 ug}}]/' 'bad.yaml:7'
wrong 's/placebo: \[\]/placebo: [{mk7: {from: 9 day, until: 3 day}}]/' 'bad.yaml:7'
wrong '/placebo/d' 'arms'
wrong 's/^arms:/arms: [/' 'bad.yaml'
wrong 's/^title: good/title: good\ntitle: again/' 'bad.yaml:2'
wrong 's/^title: good/title: good\noutputs: [cfpw]/' "did you mean 'cfpwv'"

expect 66 'egfrr' run ./good.yaml --set egfrr=30
expect 64 'egfr' run ./good.yaml --set 'egfr=30 kg'
expect 64 'egfr' run ./good.yaml --set 'egfr=nan'
: >empty.yaml
expect 65 'empty.yaml' run ./empty.yaml
head -c 100 /dev/zero >zero.yaml
expect 65 'NUL' run ./zero.yaml
printf 'a: [\n' >open.yaml
expect 65 'open.yaml' run ./open.yaml

expect 66 'too long' plot "$(printf '%05000d' 0).h5"
expect 66 'too long' check "$(printf '%05000d' 0).ant"
expect 64 'one is empty' plot x.h5 --outputs cfpwv,,ha
expect 64 'one is empty' plot x.h5 --outputs ''

# what a terminal would obey does not reach it
expect 66 'no scenario' run $'\033]0;title\007' --color never
that 'no control characters in messages' bash -c "! grep -q $'\\033' err"

# tables: a copy of params/ with one fault, found before the shipped ones
tables() {
    rm -rf params
    cp -r "$root/params" params
    chmod -R u+w params
}
tables
sed -i '/^age0\t/d' params/*.tsv
expect 65 "no row for parameter 'age0'" list parameters
tables
printf 'no_such\tx\t0\t1\t0.5\tfalse\t\t\t1\tassumed\t\t\n' >>params/human.tsv
expect 65 "human.tsv:[0-9]+:1: error: model human has no parameter 'no_such'" list parameters
tables
sed -i '0,/\tassumed\t/s//\tasumed\t/' params/common.tsv
expect 65 "common.tsv:[0-9]+:[0-9]+: error:.*did you mean 'assumed'" list parameters
tables
sed -i '2,$s/^\(Ps\tmmol\/L\t\)[^\t]*/\10/' params/human.states.tsv
expect 65 'human.states.tsv:[0-9]+:[0-9]+: error: scale of state' list parameters
rm -rf params

# models of one's own
expect 66 'nowhere.ant' check ./nowhere.ant
printf 'X'\'' = -k*X; k = 1; X = 1\nX = 2\n' >twice.ant
expect 65 'twice.ant:2' check ./twice.ant
printf 'X'\'' = -RUNX*X; RUNX2 = 1; X = 1\n' >unknown.ant
expect 65 "unknown.ant:1:[0-9]+: error: unknown symbol 'RUNX' .did you mean 'RUNX2'" check ./unknown.ant
printf 'X'\'' = -(k*X; k = 1\n' >syntax.ant
expect 65 'syntax.ant:1:[0-9]+: error' check ./syntax.ant
finish 49
