#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An installed program, moved elsewhere, finds its data and runs with no source tree near.
. "$(dirname "$0")/lib.sh"
build=$(realpath "$3")
unset OSTEOSWITCH_PATH
DESTDIR=$work/stage meson install -C "$build" --no-rebuild >install.log 2>&1 ||
    { cat install.log; exit 1; }
bin=$(find "$work/stage" -path '*/bin/osteoswitch')
that 'the program is installed' test -x "$bin"
mv "${bin%/bin/osteoswitch}" "$work/moved"
osteoswitch=$work/moved/bin/osteoswitch
expect 0 '^quickstart ' list scenarios
expect 0 '^human ' list models
expect 0 'placebo' run mk7-postmenopausal --csv -
expect 0 'ok  ' check human --states 2
expect 0 'calibrate: 1 of 1 inside' evidence pwv_age_25
for file in models/human.ant params/human.tsv params/evidence/evidence.tsv params/scenarios/quickstart.yaml \
    include/model/kernel.h include/numerics/lanes.h; do
    that "$file is installed" test -s "$work/moved/share/osteoswitch/$file"
done
for command in $("$osteoswitch" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
    that "the page of $command is installed" \
        grep -q "OSTEOSWITCH.-${command^^} 1" "$work/moved/share/man/man1/osteoswitch-$command.1"
done
that 'completion is installed' bash -n "$work/moved/share/bash-completion/completions/osteoswitch"
printf "X' = -k*X; k = 1; X = 1;\n" >own.ant
expect 0 'ok  ' check ./own.ant
finish 28
