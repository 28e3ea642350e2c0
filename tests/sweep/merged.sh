#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The merged file: it opens in xarray by both of its engines with named dimensions, holds
# the members without values with their reasons, and is never written into the sweep.
set -euo pipefail
program=$1 data=$2
python=${OSW_TEST_PYTHON:-python3}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export XDG_CACHE_HOME=$folder/cache
cp "$data"/{pool.ant,pool.yaml,design.yaml} .
sed 's/samples: 256/samples: 64/; s/{min: 0, max: 1}/{min: 0.9, max: 1}/' design.yaml > small.yaml
sed 's/, max: 1}$/, max: 0.95}/' small.yaml > good.yaml
failed=0
complain() { echo "$*"; failed=1; }
expect() { # expect EXIT TEXT ARGUMENT…: TEXT in what is said on either stream.
    local code=0 wanted=$1 text=$2
    shift 2
    "$program" "$@" > said 2>&1 || code=$?
    [[ $code == "$wanted" ]] || complain "$*: exit $code, expected $wanted: $(cat said)"
    grep -qF -- "$text" said || complain "$*: no '$text' in: $(cat said)"
}
for precision in double single; do
    "$program" sweep ./small.yaml --block 16 --max-fail 99 --precision $precision -q -o $precision 2>/dev/null
    expect 0 'members have no values' sweep merge $precision -o $precision.h5
done
"$program" sweep ./good.yaml --block 16 -q -o good 2>/dev/null
expect 0 '' sweep merge good -o good.nc
if grep -q 'no values' said; then complain "of a good sweep: $(cat said)"; fi
"$program" sweep status double --failed > failed.tsv 2>/dev/null
"$program" sweep status double --json > status.json 2>/dev/null
"$program" run ./pool.yaml -o run.h5 -q > said 2>&1 || complain "run: $(cat said)"
(($(wc -l < failed.tsv) > 2)) || complain "no failed members: $(cat failed.tsv)"

# Nothing that reads the sweep writes into it, under whatever name.
before=$(find double -type f | sort | xargs sha256sum)
ln -s double/blocks link
for target in double/blocks/0000/b00000001.h5 double/new.h5 link/0000/new.h5; do
    expect 73 'this command reads' sweep merge double -o $target -f
done
expect 64 'a merged sweep is HDF5' sweep merge double -o pop.csv
expect 64 'a merged sweep is HDF5' sweep merge double -o double/sweep.json -f
sed 's/sobol/saltelli/; s/64/8/' good.yaml > saltelli.yaml
"$program" sweep ./saltelli.yaml -q -o indices 2>/dev/null
expect 73 'by this command' sensitivity indices -o indices/sweep.json --force
expect 73 'this command reads' sensitivity indices --figure indices/blocks/x.png
expect 0 '' sweep status indices
cp small.yaml grown.yaml && sed -i 's/samples: 64/samples: 128/' small.yaml
for part in status verify; do expect 75 'the design has 128 now' sweep $part double; done
expect 75 'the design has 128 now' sweep merge double -o late.h5
mv grown.yaml small.yaml
[[ $before == "$(find double -type f | sort | xargs sha256sum)" ]] || complain "the sweep was changed"
((failed == 0)) || exit 1

"$python" -c 'import xarray, h5netcdf, netCDF4' 2>/dev/null || { echo "no xarray with h5netcdf and netCDF4"; exit 77; }
"$python" - 2>&1 <<'END'
import csv, json
import numpy as np, xarray as xr
rows = list(csv.DictReader(open("failed.tsv"), delimiter="\t"))
status = json.load(open("status.json"))
assert [int(r["member"]) for r in rows] == [r["member"] for r in status["without_values"]]
assert status["failed"] == len(rows) > 0 and status["members"] == status["members_all"] == 64
for engine in ("h5netcdf", "netcdf4"):
    for name, n in (("double.h5", len(rows)), ("single.h5", len(rows)), ("good.nc", 0)):
        tree = xr.open_datatree(name, engine=engine)
        x = tree["outputs/x"]
        assert x.dims == ("member", "arm", "time") and x.shape == (64, 2, 3), (name, x.sizes)
        assert tree["parameters/k"].dims == tree["status"].dims == ("member",)
        arms = list(x.arm.values.astype(str))
        assert list(x.member.values) == list(range(64)) and "dosed" in arms
        k = float(tree["parameters/k"][5])
        value = float(x.sel(member=5, time=10)[arms.index("dosed")])
        assert np.isnan(value) or abs(value / (10 * np.exp(-10 * k)) - 1) < 1e-4, (value, k)
        assert int((tree["status"] > 0).sum()) == n
        assert ("failures" in tree) == (n > 0)
        if not n:
            continue
        f = tree["failures"].to_dataset()
        assert [int(m) for m in f.failure] == [int(r["member"]) for r in rows]
        text = [t.decode() if isinstance(t, bytes) else str(t) for t in f.reason.values]
        assert text == [r["reason"] for r in rows] and all(text), text
        # precision "single" is of the outputs, not of the times
        assert name == "single.h5" or np.allclose(f.failure_time, [float(r["t_d"]) for r in rows])
        assert np.isnan(x.sel(member=f.failure.values)).any(("arm", "time")).all()
    run = xr.open_datatree("run.h5", engine=engine)
    assert run["outputs/x"].dims == ("arm", "time"), run["outputs/x"].dims
END
