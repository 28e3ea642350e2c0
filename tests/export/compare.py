# SPDX-License-Identifier: GPL-3.0-or-later
"""An exported model, simulated by libRoadRunner, gives what our solver gave.

Usage: compare.py MODEL.xml OURS.csv TOLERANCE; exit 77 (skipped) without libRoadRunner.
The difference of an output is taken relative to its greatest value over time."""
import sys

try:
    import numpy
    import roadrunner
except ImportError as missing:
    print(missing)
    sys.exit(77)

with open(sys.argv[2]) as f:
    names = f.readline().strip().split(",")[1:]
ours = numpy.loadtxt(sys.argv[2], delimiter=",", skiprows=1)
tolerance = float(sys.argv[3])

# Large models: compiling them costs more than running them.
roadrunner.Config.setValue(roadrunner.Config.LLVM_BACKEND, roadrunner.Config.LLJIT)
roadrunner.Config.setValue(roadrunner.Config.LLJIT_OPTIMIZATION_LEVEL, roadrunner.Config.NONE)
engine = roadrunner.RoadRunner(sys.argv[1])
engine.integrator = "cvode"
engine.integrator.relative_tolerance = 1e-10
engine.integrator.absolute_tolerance = 1e-13
engine.integrator.maximum_num_steps = 1000000
times = [0.0] + list(ours[:, 0])
theirs = numpy.array(engine.simulate(times=times, selections=["time"] + names))[1:]

assert theirs.shape == ours.shape, (theirs.shape, ours.shape)
assert numpy.allclose(theirs[:, 0], ours[:, 0], rtol=1e-12)
assert numpy.all(numpy.isfinite(theirs)) and numpy.all(numpy.isfinite(ours))
size = numpy.maximum(numpy.abs(ours[:, 1:]).max(axis=0), 1e-300)
error = numpy.abs(theirs - ours)[:, 1:].max(axis=0) / size
for k in numpy.argsort(-error)[:5]:
    print(f"{names[k]:28s} {error[k]:.2e}")
print(f"{len(names)} outputs, {len(ours)} times, greatest difference {error.max():.2e}")
sys.exit(not error.max() <= tolerance)
