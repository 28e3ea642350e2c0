#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Exported models are consistent in libSBML's eyes, units included, and the same each time.
set -euo pipefail
write_model=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export XDG_CACHE_HOME=$work/cache
failed=0
that() { # that WHAT COMMAND…
    local what=$1
    shift
    "$@" || { echo "FAILED: $what"; failed=1; }
}

"$write_model" human a.xml 2>said
that 'the human model has no remark' test ! -s said
for model in mouse culture; do
    "$write_model" $model $model.xml 2>said
    that "the $model model has no remark" test ! -s said
done
"$write_model" human b.xml
that 'the same each time' cmp a.xml b.xml
that 'no date in it' bash -c '! grep -qiE "date|created" a.xml'
that 'named after the file' grep -q '<model id="human" name="human" timeUnits="u_day">' a.xml
that 'long names' grep -q 'id="cfpwv" name="carotid-femoral pulse-wave velocity" units="u_m_per_s"' a.xml
that 'values of tables' grep -qE '<parameter id="age0" [^>]*value="40" units="u_year"' a.xml
"$write_model" human c.xml c.csv 1 age0=20
that 'values as given' grep -qE '<parameter id="age0" [^>]*value="20"' c.xml

cat >small-1.ant <<'END'
unit u_mM = 1e-3 mole/litre
unit u_per_day = 1/(86400 second)
X has u_mM
k has u_per_day
Y has u_mM
X = 2; k = 0.5; Y := sqrt(X*X)
X' = -k*X
END
if command -v cc >/dev/null; then
    "$write_model" ./small-1.ant s.xml s.csv 3 2>said || { cat said; failed=1; }
    that 'a small model has no remark' test ! -s said
    that 'an identifier is made of the name' grep -q '<model id="small_1" name="small-1"' s.xml
    that 'a rate rule' grep -q '<rateRule variable="X">' s.xml
    that 'an initial value' grep -qE '<parameter id="X" value="2" units="u_[^"]+" constant="false"' s.xml
    that 'a root of degree 2' grep -q '<degree>' s.xml

    printf "X = 1; k = 1; X' = -k*X + 0.1\n" >bare.ant
    "$write_model" ./bare.ant t.xml 2>said || { cat said; failed=1; }
    that 'a model without units is written' test -s t.xml
    that 'and libSBML says what it cannot verify' grep -q 'warning: libSBML' said

    # XML whatever the file's name holds: Latin-1 and a control character here
    cp bare.ant "$(printf 'caf\351\001.ant')"
    "$write_model" "./$(printf 'caf\351\001.ant')" u.xml 2>said || { cat said; failed=1; }
    that 'no byte of the name that XML has not' grep -q '<model id="caf__" name="caf??"' u.xml
fi
exit $failed
