#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The command line itself: help, version, lists, and everything that can be typed wrong.
. "$(dirname "$0")/lib.sh"

expect 0 'Usage: osteoswitch COMMAND' --help
expect 0 'Exit codes:' help
expect 64 'Usage: osteoswitch COMMAND'
expect 64 "no command 'runn' \(did you mean 'run'\?\)" runn
for command in run list check plot steady evidence fit export version; do
    expect 0 "Usage: osteoswitch $command" $command --help
    expect 0 '--log-format FORMAT' $command -h
    expect 64 'has no option --colour \(did you mean --color\?\)' $command --colour
    expect 64 'has no option -Z' $command -Z
    expect 0 "  $command " --help
done
expect 0 "Usage: osteoswitch run" help run
expect 0 'relative tolerance .*1e-12' run --help
expect 64 'run needs a SCENARIO' run
expect 64 'one argument too many' run quickstart another
expect 64 '--rtol: expected a number from 1e-12 to 0.1, found .1e-13.' run quickstart --rtol 1e-13
expect 64 '--rtol: expected a number' run quickstart --rtol=fast
expect 64 '--rtol: expected a number' run quickstart --rtol=nan
expect 64 '--digits: expected a whole number from 1 to 17' run quickstart --digits 18
expect 64 '--digits: expected a whole number' run quickstart --digits 2.5
expect 64 '--linear-solver: expected one of klu\|dense\|generated' run quickstart --linear-solver lu
expect 64 '--output needs a value' run quickstart --output
expect 64 '-o needs a value' run quickstart -o
expect 64 '--states takes no value' run quickstart --states=1
expect 64 '--set: expected NAME=VALUE' run quickstart --set egfr
expect 64 '--set: expected NAME=VALUE' run quickstart --set =3
expect 64 'replay takes the scenario from its file' run quickstart --replay x.h5
expect 64 'list needs' list
expect 64 '--kind courses has no --x: that is of --kind branches' plot none.h5 --x cac
expect 64 '--kind courses has no --control: that is of --kind endpoints or window' plot none.h5 --control a
expect 64 '--kind window cannot draw several files together: that is of --kind endpoints or branches' \
    plot a.h5 b.h5 --kind window
expect 0 'window: what an arm gained' plot --help
expect 0 '^      --outputs A,B,… {6}one picture' plot --help
expect 64 "cannot list 'scenario' \(did you mean 'scenarios'\?\)" list scenario
expect 64 "cannot export 'antimony'" export antimony human
expect 64 'export needs' export sbml

expect 0 '^osteoswitch [0-9]+\.[0-9]+' version
expect 0 '^osteoswitch [0-9]' --version
expect 0 '"version": "[0-9]' version --json
expect 64 'one argument too many' version now

expect 0 '^human  ' list models
expect 0 '^postmenopausal' list subjects
expect 0 '^mk7  ' list interventions
expect 0 '^quickstart ' list scenarios
expect 0 '^morris-ha ' list designs
expect 0 '^cfpwv .*m/s' list outputs
expect 0 '^egfr  ' list inputs
expect 0 '^age0 ' list parameters
expect 0 '^cvode' list solvers
expect 0 '^saltelli  ' list methods
expect 0 '^window  ' list pictures
expect 64 "cannot list 'xyzzy': expected models" list xyzzy
for what in models subjects interventions scenarios designs fits outputs parameters inputs solvers methods pictures; do
    expect 0 '^ ?\[?$' list $what --json
    if command -v python3 >/dev/null; then
        that "list $what --json is JSON" python3 -c 'import json; assert json.load(open("out"))'
    fi
done
expect 66 "no model 'humann' \(did you mean 'human'\?\)" list outputs --model humann

# man pages and completion say what the tables of options say
for command in run sweep plot; do
    expect 0 '^\.TH OSTEOSWITCH' man $command
    tr -d '\\' <out >page
    for option in $("$osteoswitch" $command --help | grep -oE '^ +(-., )?--[a-z-]+' |
        grep -oE '[a-z-]+$' | tr -d -); do
        that "man $command names $option" bash -c "tr -d - <page | grep -q 'fB${option}fR'"
    done
done
expect 0 'osteoswitch\\-run' man
expect 64 "no command 'runn' \(did you mean 'run'" man runn
expect 64 "no completion for the shell 'bsh' \(did you mean 'bash'" completion bsh
for shell in bash zsh fish; do
    expect 0 'linear-solver' completion $shell
    command -v $shell >/dev/null && that "the script of $shell is one" $shell -n out
done
complete_as() { # WORDS…: what bash would offer for the last of them
    bash -c 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _osteoswitch; printf "%s\n" "${COMPREPLY[@]}"' bash "$work/completion" "$osteoswitch" "$@" >out
}
"$osteoswitch" completion bash >completion
complete_as sw; that 'sw is completed' grep -qx sweep out
complete_as run --so; that '--so is completed' grep -qx -- --solver out
complete_as run --solver env; that 'a word of an option is completed' grep -qx envelope out
complete_as run quick; that 'a scenario is completed' grep -qx quickstart out
complete_as list sol; that 'a word of an operand is completed' grep -qx solvers out

# messages as JSON: one object a line, the same exit code
expect 66 '^\{"time": "[0-9TZ:-]+", "level": "error", "message": ' \
    run no-such-scenario --log-format json
expect 66 $'\033' run no-such-scenario --color always
expect 66 '' run no-such-scenario --color never
that 'no colour with --color never' bash -c "! grep -q $'\033' err"

# data on stdout, talk on stderr
"$osteoswitch" list scenarios >out 2>err
that 'nothing on stderr after list' test ! -s err
finish 80
