# SPDX-License-Identifier: GPL-3.0-or-later
"""A result opens in h5py and, group by group, as an xarray dataset with named axes.

Usage: xarray_read.py FILE.h5; exit 77 (skipped) without the Python packages."""
import sys

try:
    import h5py
    import numpy
except ImportError as missing:
    print(missing)
    sys.exit(77)

with h5py.File(sys.argv[1]) as f:
    n_arms, n_times = len(f["arm"]), len(f["time"])
    assert f.attrs["format"] == "osteoswitch-result"
    assert f["time"].attrs["units"] == "day"
    order = list(f["outputs"].attrs["order"])
    assert sorted(order) == sorted(f["outputs"])
    for name in order:
        output = f["outputs"][name]
        assert output.shape == (n_arms, n_times)
        assert [axis[0].name for axis in output.dims] == ["/arm", "/time"]
        assert output.attrs["units"] and output.attrs["long_name"]
    value = f["parameters/value"]
    assert value.shape == (n_arms, len(f["parameters/id"]))
    assert len(f["parameters/units"]) == len(f["parameters/id"])
    events = f["events"]
    assert len({len(column) for column in events.values()}) == 1
    assert set(events["kind"][()]) <= {b"set parameter", b"set state", b"add to state"}
    assert numpy.all(f["solver/steps"][()] >= 0)

try:
    import h5netcdf  # noqa: F401
    import xarray
except ImportError as missing:
    print("h5py only:", missing)
    sys.exit(0)

axes = xarray.open_dataset(sys.argv[1], engine="h5netcdf")
for group in ("outputs", "parameters", "events", "solver", "interventions"):
    data = xarray.open_dataset(sys.argv[1], group=group, engine="h5netcdf")
    if group == "outputs":
        data = data.assign_coords(axes.coords)
        assert data[order[0]].dims == ("arm", "time")
        first = str(axes["arm"].values[0])
        assert data[order[-1]].sel(arm=first).shape == (n_times,)
    print(data)
