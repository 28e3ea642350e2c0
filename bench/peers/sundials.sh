#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Build an optimised SUNDIALS (-O3 -march=native, with KLU) to measure against: a
# distribution's may be compiled without optimisation, as `osteoswitch bench` tells.
#   bench/peers/sundials.sh PREFIX [SOURCE]
# SOURCE is a folder of SUNDIALS' source; without it, the copy in the source distribution of
# the Python package amici is taken. Then:
#   meson setup build-sundials -Dsundials_root=PREFIX --buildtype=release
set -euo pipefail
[[ $# == 1 || $# == 2 ]] || { sed -n '3,8s/^# \{0,1\}//p' "$0" >&2; exit 64; }
mkdir -p "$1"
prefix=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The source distribution as the configured package index serves it, checked by its hash.
fetch() {
    python3 - "$work/source.tar.gz" <<'PYTHON'
import hashlib, re, subprocess, sys, urllib.parse, urllib.request
from pip._internal.models.index import PyPI
version = "amici-1.1.0.tar.gz"
asked = subprocess.run([sys.executable, "-m", "pip", "config", "get", "global.index-url"],
                       capture_output=True, text=True).stdout.strip()
page = (asked or PyPI.simple_url).rstrip("/") + "/amici/"
request = urllib.request.Request(page, headers={"Accept": "text/html"})
text = urllib.request.urlopen(request, timeout=60).read().decode()
links = [link for link in re.findall(r'href="([^"]+)"', text) if version + "#" in link]
if not links:
    sys.exit(f"the package index does not serve {version}: give a folder of the source")
link, _, check = urllib.parse.urljoin(page, links[0]).partition("#sha256=")
data = urllib.request.urlopen(link, timeout=120).read()
if hashlib.sha256(data).hexdigest() != check:
    sys.exit(f"{version}: not what the index says it is")
open(sys.argv[1], "wb").write(data)
PYTHON
    tar -xzf "$work/source.tar.gz" -C "$work" --strip-components=4 --wildcards \
        '*/ThirdParty/sundials/*'
}
source=${2:-$work/sundials}
[[ -n ${2:-} ]] || fetch
[[ -f $source/CMakeLists.txt ]] || { echo "$source: no SUNDIALS source there" >&2; exit 66; }

cmake -S "$source" -B "$work/build" -DCMAKE_BUILD_TYPE=Release \
    -DCMAKE_C_FLAGS_RELEASE='-O3 -march=native -DNDEBUG' -DCMAKE_INSTALL_PREFIX="$prefix" \
    -DCMAKE_INSTALL_LIBDIR=lib -DBUILD_STATIC_LIBS=OFF -DEXAMPLES_ENABLE_C=OFF \
    -DEXAMPLES_INSTALL=OFF -DBUILD_ARKODE=OFF -DBUILD_CVODE=OFF -DBUILD_IDA=OFF \
    -DBUILD_IDAS=OFF -DBUILD_KINSOL=OFF -DBUILD_NVECTOR_MANYVECTOR=OFF -DENABLE_KLU=ON \
    -DKLU_INCLUDE_DIR=/usr/include/suitesparse -DKLU_LIBRARY_DIR="$(dirname "$(cc -print-file-name=libklu.so)")" \
    -DSUNDIALS_LOGGING_LEVEL=0 >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 69; }
cmake --build "$work/build" -j2 >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 69; }
cmake --install "$work/build" >"$work/log" 2>&1
echo "SUNDIALS $(grep -oE '[0-9]+\.[0-9]+\.[0-9]+' "$prefix/include/sundials/sundials_config.h" | head -1) in $prefix"
