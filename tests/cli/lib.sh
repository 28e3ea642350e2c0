# SPDX-License-Identifier: GPL-3.0-or-later
# For the tests of the program: each works in a new folder, with the program in $osteoswitch
# and the source tree in $root.
set -uo pipefail
osteoswitch=$(realpath "$1")
root=$(realpath "$2")
work=$(mktemp -d)
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
cd "$work" || exit 1
export XDG_CACHE_HOME=$work/cache OSTEOSWITCH_PATH=$root
failed=0
checks=0

# expect CODE PATTERN ARGUMENT…: the program ends with CODE and says PATTERN (an extended
# regular expression) on stderr or stdout; never a crash.
expect() {
    local code=$1 pattern=$2 got
    shift 2
    "$osteoswitch" "$@" >out 2>err </dev/null
    got=$?
    judge "$code" "$pattern" "$got" "$*"
}

judge() {
    checks=$((checks + 1))
    if [[ $3 != "$1" ]]; then
        echo "FAILED: osteoswitch $4"
        echo "  exit $3, expected $1"
        sed 's/^/  stderr: /' err | head -5
        failed=1
    elif [[ -n $2 ]] && ! grep -qE -- "$2" err out; then
        echo "FAILED: osteoswitch $4"
        echo "  said nothing like: $2"
        sed 's/^/  stderr: /' err | head -5
        failed=1
    fi
}

# that WHAT COMMAND…: the command succeeds.
that() {
    local what=$1
    shift
    checks=$((checks + 1))
    "$@" || { echo "FAILED: $what"; failed=1; }
}

absent() { ! compgen -G "$1" >/dev/null; }

finish() {
    echo "$checks checks"
    ((checks >= $1)) || { echo "only $checks checks ran, expected $1"; exit 1; }
    exit $failed
}
