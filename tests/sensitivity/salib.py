# SPDX-License-Identifier: GPL-3.0-or-later
"""SALib's own sample points, its numbers against ours: equal to 1e-10."""
import subprocess
import sys
import warnings

import numpy as np
from SALib.analyze import morris, sobol
from SALib.sample import morris as morris_sample
from SALib.sample import sobol as sobol_sample

warnings.simplefilter("ignore")
program, data = sys.argv[1:3]
problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-np.pi, np.pi]] * 3}


def ishigami(x):
    return (np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2
            + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0]))


def table(method, design, *more):
    text = subprocess.check_output(
        [program, "sensitivity", "--analyze", method, "--design", f"{data}/{design}.yaml",
         "--values", "y.txt", "--digits", "17", *more], text=True)
    head, *rows = [line.split("\t") for line in text.splitlines()]
    return [dict(zip(head, row)) for row in rows]


def same(ours, theirs, what):
    worst = abs(float(ours) - float(theirs))
    print(f"{what}: {float(ours):.12g} differs by {worst:.1e}")
    assert worst < 1e-10, what


x = sobol_sample.sample(problem, 256, calc_second_order=True)
y = ishigami(x)
np.savetxt("y.txt", y, fmt="%.17g")
theirs = sobol.analyze(problem, y, calc_second_order=True)
names = problem["names"]
for row in table("sobol", "saltelli"):
    i = names.index(row["factor"])
    if row["with"]:
        same(row["S2"], theirs["S2"][i, names.index(row["with"])], row["factor"] + row["with"])
    else:
        same(row["S1"], theirs["S1"][i], "S1 " + row["factor"])
        same(row["ST"], theirs["ST"][i], "ST " + row["factor"])

x = morris_sample.sample(problem, 50, num_levels=4, seed=1)
y = ishigami(x)
np.savetxt("x.txt", x, fmt="%.17g")
np.savetxt("y.txt", y, fmt="%.17g")
theirs = morris.analyze(problem, x, y, num_levels=4)
for row in table("morris", "morris", "--points", "x.txt"):
    for key in ("mu", "mu_star", "sigma"):
        same(row[key], theirs[key][names.index(row["factor"])], f"{key} {row['factor']}")
