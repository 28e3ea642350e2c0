# SPDX-License-Identifier: GPL-3.0-or-later
# For quickstart and runtests: which Debian packages serve, which are missing, installing
# those. Source it in bash.

run_packages=(gcc libc6-dev meson ninja-build cmake pkg-config libsundials-dev
    libsuitesparse-dev libgsl-dev libhdf5-dev libudunits2-dev libyaml-dev nettle-dev librandom123-dev
    libsbml5-dev libxml2-dev libcmocka-dev gnuplot-nox)
test_packages=(clang libclang-rt-14-dev hdf5-tools git valgrind strace
    libopenmpi-dev openmpi-bin)

say() { printf '\n== %s\n' "$*"; }

missing_packages() {
    local name
    for name in "$@"; do
        dpkg -s "$name" 2>/dev/null | grep -q '^Status: install ok installed' || echo "$name"
    done
}

# need_packages run|test: exit 69 with the exact list when something cannot be installed.
need_packages() {
    local wanted=("${run_packages[@]}") missing sudo=()
    [[ $1 == run ]] || wanted+=("${test_packages[@]}")
    if ! command -v dpkg >/dev/null; then
        echo "no dpkg here: assuming that the counterparts of these Debian packages are installed:"
        echo "  ${wanted[*]}"
        return
    fi
    mapfile -t missing < <(missing_packages "${wanted[@]}")
    if ((${#missing[@]} == 0)); then
        echo "all ${#wanted[@]} packages are installed"
        return
    fi
    echo "missing: ${missing[*]}"
    if [[ $(id -u) != 0 ]]; then
        if sudo -n true 2>/dev/null; then
            sudo=(sudo -n)
        else
            echo "cannot install without root; run this, then start again:" >&2
            echo "  apt-get install ${missing[*]}" >&2
            exit 69
        fi
    fi
    if ! { "${sudo[@]}" apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y --no-install-recommends \
            "${missing[@]}"; }; then
        echo "could not install: ${missing[*]}" >&2
        exit 69
    fi
}
