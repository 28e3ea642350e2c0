#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Other programs on the same scenarios, at equal achieved error.

Usage: peers.py BUILD_FOLDER [--runs N] [--cases CASE,...] [--json FILE] [--members N]

From the root of the source tree, with a Python that has numpy, scipy, h5py and, where they
can be had, roadrunner and amici; a peer that is missing is said to be. Every peer integrates
the nominal member of a benchmark scenario from the same start (read from a run of ours), with
the same doses, and is judged as `osteoswitch bench` judges: rms over output times, states and
outputs of |y - ref| / (|ref| + 1e-3 scale), ref by our CVODES at rtol 1e-11. Printed are a
ladder of tolerances and the CPU time of this process at the target error, between neighbouring
rungs on logarithmic axes; and, as a user meets it, each program at its own default settings.
Ours for comparison: `osteoswitch bench --json` in the same session, of N members (default 64).
"""
import argparse
import csv
import ctypes
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import time

import h5py
import numpy

RTOLS = [1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8]
TARGET = 1e-5


def read_scales():
    with open("params/human.states.tsv") as f:
        rows = csv.DictReader((r for r in f if not r.startswith("#")), delimiter="\t")
        return {r["stateId"]: float(r["scale"]) for r in rows}


class Scenario:
    """Start, parameters, doses and reference of one benchmark, from a run of ours."""

    def __init__(self, name, program, folder):
        self.name = name
        path = os.path.join(folder, name + ".h5")
        subprocess.run([program, "run", f"params/benchmarks/{name}.yaml", "--states",
                        "--rtol", "1e-11", "-q", "-o", path], check=True,
                       stdout=subprocess.DEVNULL)
        with h5py.File(path) as f:
            t = f["time"][:]
            first = numpy.concatenate([[True], numpy.diff(t) > 0])  # before an event
            self.times = t[first]
            self.states = list(f["states"])
            self.outputs = list(f["outputs"])
            self.ref = {n: f["states"][n][0][first] for n in self.states}
            self.ref.update({n: f["outputs"][n][0][first] for n in self.outputs})
            ids = f["parameters/id"].asstr()[:]
            self.parameters = dict(zip(ids, f["parameters/value"][0]))
            e = f["events"]
            kinds = e["kind"].asstr()[:] if len(e["t"]) else []
            assert all("add" in k for k in kinds), set(kinds)
            self.doses = list(zip(e["t"][:], e["target"].asstr()[:], e["value"][:])) \
                if len(e["t"]) else []
        scales = read_scales()
        self.names = self.states + self.outputs
        self.scale = {n: scales[n] if n in scales else max(abs(self.ref[n]))
                      for n in self.names}

    def start(self):
        return {n: self.ref[n][0] for n in self.states}

    def segments(self):
        """(start, end, doses at start, output times in (start, end])."""
        at = sorted({t for t, _, _ in self.doses} | {0.0})
        ends = at[1:] + [self.times[-1]]
        for start, end in zip(at, ends):
            if end > start:
                inside = self.times[(self.times > start) & (self.times <= end)]
                yield start, end, [(s, v) for t, s, v in self.doses if t == start], inside

    def error(self, values):
        """values: {name: array over times[1:]}"""
        total = count = 0
        for n in self.names:
            ref = self.ref[n][1:]
            size = numpy.abs(ref) + 1e-3 * self.scale[n]
            e = numpy.divide(values[n] - ref, size, out=numpy.zeros_like(ref),
                             where=size > 0)
            total += float(numpy.sum(e * e))
            count += len(e)
        return math.sqrt(total / count)


class RoadRunner:
    name = "libRoadRunner (CVODE)"
    defaults = (1e-6, 1e-12)

    def __init__(self, scenario, program, folder):
        import roadrunner
        self.version = roadrunner.__version__
        self.s = scenario
        path = os.path.join(folder, "human.xml")
        if not os.path.exists(path):
            subprocess.run([program, "export", "sbml", "human", "-q", "-o", path], check=True)
        self.engine = roadrunner.RoadRunner(path)

    def ladder(self):
        return [(r, 0.1 * r) for r in RTOLS]

    def run(self, rtol, atol):
        engine, s = self.engine, self.s
        engine.resetAll()
        for name, value in s.parameters.items():
            engine.setValue(name, float(value))
        for name, value in s.start().items():
            engine.setValue(name, float(value))
        engine.integrator = "cvode"
        engine.integrator.relative_tolerance = rtol
        # one absolute tolerance for all states: that of the smallest scale would stop it
        engine.integrator.absolute_tolerance = atol
        engine.integrator.maximum_num_steps = 1000000
        rows = []
        before = time.process_time()
        for start, end, doses, inside in s.segments():
            for state, amount in doses:
                engine.setValue(state, float(engine.getValue(state)) + float(amount))
            asked = [float(start)] + [float(t) for t in inside]
            if not len(inside) or inside[-1] < end:
                asked.append(float(end))
            engine.integrator.tuneForStiffness = True
            if len(asked) == 2:
                part = engine.simulate(start=asked[0], end=asked[1], points=2,
                                       selections=s.names)
            else:
                part = engine.simulate(times=asked, selections=s.names)
            rows.extend(numpy.array(part)[1:1 + len(inside)])
        cpu = time.process_time() - before
        rows = numpy.array(rows)
        return cpu, {n: rows[:, i] for i, n in enumerate(s.names)}


class SciPy:
    """solve_ivp on our compiled right-hand side; exact: with the exact Jacobian too."""
    defaults = (1e-3, 1e-6)
    library = None

    def __init__(self, scenario, program, folder, method, exact):
        import scipy
        import scipy.integrate
        self.version, self.solve = scipy.__version__, scipy.integrate.solve_ivp
        self.s, self.method, self.exact = scenario, method, exact
        self.name = f"SciPy {method}" + (", exact Jacobian" if exact else ", differences")
        if not SciPy.library:
            out = os.path.join(folder, "kernel.so")
            here = os.path.dirname(os.path.abspath(__file__))
            subprocess.run([os.environ.get("CC", "cc"), "-O2", "-shared", "-fPIC", "-Isrc",
                            "-ffp-contract=off", "-fno-math-errno", "-o", out,
                            os.path.join(here, "kernel_of_model.c"),
                            os.path.join(os.path.dirname(program), "models", "human.c"),
                            "-lm"], check=True)
            SciPy.library = ctypes.CDLL(out)
            for f in ("parameter", "state", "output"):
                getattr(SciPy.library, f"peer_{f}_name").restype = ctypes.c_char_p
        lib = self.lib = SciPy.library
        self.state_names = [lib.peer_state_name(i).decode() for i in range(lib.peer_states())]
        self.output_names = [lib.peer_output_name(i).decode()
                             for i in range(lib.peer_outputs())]
        p = numpy.array([scenario.parameters[lib.peer_parameter_name(j).decode()]
                         for j in range(lib.peer_parameters())])
        assert lib.peer_begin(p.ctypes.data_as(ctypes.c_void_p))
        n = len(self.state_names)
        self.f, self.J = numpy.zeros(n), numpy.zeros((n, n))
        self.scale = numpy.array([scenario.scale[k] for k in self.state_names])

    def ladder(self):
        return [(r, 0.1 * r * self.scale) for r in RTOLS]

    def rhs(self, t, y):
        f = numpy.empty_like(self.f)
        self.lib.peer_rhs(ctypes.c_double(t), ctypes.c_void_p(y.ctypes.data),
                          ctypes.c_void_p(f.ctypes.data))
        return f

    def jacobian(self, t, y):
        self.lib.peer_jacobian(ctypes.c_double(t), ctypes.c_void_p(y.ctypes.data),
                               ctypes.c_void_p(self.J.ctypes.data))
        return self.J

    def run(self, rtol, atol):
        s, rows = self.s, []
        start = s.start()
        y = numpy.array([start[k] for k in self.state_names])
        before = time.process_time()
        for t, end, doses, inside in s.segments():
            for state, amount in doses:
                y[self.state_names.index(state)] += amount
            asked = numpy.append(inside, end) if not len(inside) or inside[-1] < end \
                else inside
            part = self.solve(self.rhs, (t, end), y, method=self.method, t_eval=asked,
                              rtol=rtol, atol=atol,
                              **({"jac": self.jacobian} if self.exact else {}))
            if not part.success:
                raise RuntimeError(part.message)
            rows.extend(part.y.T[:len(inside)])
            y = part.y[:, -1].copy()
        cpu = time.process_time() - before
        values = {k: numpy.array([r[i] for r in rows])
                  for i, k in enumerate(self.state_names)}
        out = numpy.empty(len(self.output_names))
        table = []
        for t, row in zip(s.times[1:], rows):
            row = numpy.ascontiguousarray(row)
            self.lib.peer_observe(ctypes.c_double(t), ctypes.c_void_p(row.ctypes.data),
                                  ctypes.c_void_p(out.ctypes.data))
            table.append(out.copy())
        table = numpy.array(table)
        values.update({k: table[:, i] for i, k in enumerate(self.output_names)})
        return cpu, values


def rename(path, words):
    """A copy of an SBML file in which ids that another program keeps to itself end in _."""
    with open(path) as f:
        text = f.read()
    for word in words:
        text = re.sub(rf'"{word}"', f'"{word}_"', text)
        text = re.sub(rf"<ci> *{word} *</ci>", f"<ci> {word}_ </ci>", text)
    renamed = path.replace(".xml", "_renamed.xml")
    with open(renamed, "w") as f:
        f.write(text)
    return renamed


class Amici:
    """Compiles the exported SBML; CVODES with KLU and exact sparse Jacobian (AMICI 1.0)."""
    name = "AMICI (CVODES, KLU)"
    defaults = (1e-8, 1e-16)
    module = None

    def __init__(self, scenario, program, folder):
        import amici.sim.sundials
        from amici.importers.sbml import SbmlImporter
        self.version, self.s, self.sim = amici.__version__, scenario, amici.sim.sundials
        if scenario.doses:
            raise RuntimeError("doses are not in the exported SBML")
        if not Amici.module:
            path = os.path.join(folder, "human.xml")
            if not os.path.exists(path):
                subprocess.run([program, "export", "sbml", "human", "-q", "-o", path],
                               check=True)
            out = os.path.join(folder, "amici_human")
            importer = SbmlImporter(rename(path, ["x0"]))
            importer.sbml2amici("amici_human", out, generate_sensitivity_code=False,
                                verbose=False)
            Amici.module = amici.import_model_module("amici_human", out)
        self.model = Amici.module.get_model()
        self.solver = self.model.create_solver()

    def ladder(self):
        return [(r, 0.1 * r) for r in RTOLS]

    def run(self, rtol, atol):
        s, model, solver = self.s, self.model, self.solver
        given = s.parameters
        model.set_free_parameters([
            float(given.get(i, given.get(i.rstrip("_"), v)))
            for i, v in zip(model.get_free_parameter_ids(), model.get_free_parameters())])
        start, names = s.start(), list(model.get_state_ids())
        model.set_initial_state([float(start[n]) for n in names])
        model.set_timepoints([float(t) for t in s.times[1:]])
        solver.set_relative_tolerance(rtol)
        solver.set_absolute_tolerance(atol)
        solver.set_max_steps(1000000)
        before = time.process_time()
        data = self.sim.run_simulation(model, solver)
        cpu = time.process_time() - before
        values = {n: data["x"][:, i] for i, n in enumerate(names)}
        expressions = list(model.get_expression_ids())
        missing = [n for n in s.outputs if n not in expressions and n not in names]
        if missing:
            raise RuntimeError("no expression for " + ", ".join(missing))
        values.update({n: data["w"][:, expressions.index(n)] for n in s.outputs
                       if n in expressions})
        return cpu, values


PEERS = [
    ("roadrunner", RoadRunner, {}),
    ("amici", Amici, {}),
    ("scipy-bdf-exact", SciPy, {"method": "BDF", "exact": True}),
    ("scipy-bdf", SciPy, {"method": "BDF", "exact": False}),
    ("scipy-lsoda-exact", SciPy, {"method": "LSODA", "exact": True}),
    ("scipy-lsoda", SciPy, {"method": "LSODA", "exact": False}),
    ("scipy-radau-exact", SciPy, {"method": "Radau", "exact": True}),
]


def cost_at(points, target):
    """Between the neighbouring rungs, on logarithmic axes; None when out of reach."""
    for k, (error, cpu) in enumerate(points):
        if error <= target:
            if not k:
                return cpu
            e0, c0 = points[k - 1]
            x = math.log(target / e0) / math.log(error / e0)
            return c0 * (cpu / c0) ** x
    return None


def measure(peer, rtol, atol, runs):
    least, values = math.inf, None
    for _ in range(runs):
        cpu, values = peer.run(rtol, atol)
        least = min(least, cpu)
    return peer.s.error(values), 1e3 * least


def try_peer(key, make, options, scenario, program, folder, runs):
    try:
        peer = make(scenario, program, folder, **options)
    except Exception as why:  # a peer that cannot be had is a line of the report
        print(f"  {key}: not available: {str(why).splitlines()[0] if str(why) else why!r}")
        return {"peer": key, "unavailable": str(why)}
    points, result = [], {"peer": key, "name": peer.name, "version": peer.version}
    for rtol, atol in peer.ladder():
        try:
            error, cpu = measure(peer, rtol, atol, runs)
        except Exception as why:
            print(f"  {peer.name} rtol {rtol:.0e}: failed: {str(why).splitlines()[0]}")
            continue
        points.append((error, cpu))
        print(f"  {peer.name} rtol {rtol:.0e}: error {error:.1e}, {cpu:.4g} ms", flush=True)
        if error < 0.2 * TARGET:
            break
    try:
        result["default"] = measure(peer, *peer.defaults, runs)
        print("  {} as it comes: error {:.1e}, {:.4g} ms".format(peer.name,
                                                                 *result["default"]))
    except Exception as why:
        print(f"  {peer.name} as it comes: failed: {str(why).splitlines()[0]}")
    result["points"] = points
    result["cost_ms"] = cost_at(points, TARGET)
    return result


def ours(program, case, members, folder):
    path = os.path.join(folder, case + ".json")
    subprocess.run([program, "bench", case, "--members", str(members), "-q", "--json", path],
                   check=True, stdout=subprocess.DEVNULL)
    with open(path) as f:
        report = json.load(f)
    return report["processor"], report["cases"][0]["cost_ms"]


def write_table(case, processor, costs, results):
    best = min(v for v in costs.values() if v)
    print(f"\n{case}, error {TARGET:.0e}, CPU ms on one core of {processor}\n")
    print("| program | ms | times our fastest |\n|---|---|---|")
    for name, cost in costs.items():
        if cost:
            print(f"| osteoswitch {name} | {cost:.4g} | {cost / best:.3g} |")
    for r in results:
        if r.get("cost_ms"):
            print(f"| {r['name']} {r['version']} | {r['cost_ms']:.4g} | "
                  f"{r['cost_ms'] / best:.3g} |")
        if r.get("default"):
            error, cpu = r["default"]
            print(f"| {r['name']}, as it comes (error {error:.0e}) | {cpu:.4g} | |")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("build")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--members", type=int, default=64)
    parser.add_argument("--cases", default="natural-history,mk7-daily")
    parser.add_argument("--json")
    args = parser.parse_args()
    program = os.path.abspath(os.path.join(args.build, "osteoswitch"))
    report = []
    with tempfile.TemporaryDirectory() as folder:
        for case in args.cases.split(","):
            print(case, flush=True)
            scenario = Scenario(case, program, folder)
            results = [try_peer(key, make, options, scenario, program, folder, args.runs)
                       for key, make, options in PEERS]
            processor, costs = ours(program, case, args.members, folder)
            write_table(case, processor, costs, results)
            report.append({"case": case, "target": TARGET, "processor": processor,
                           "ours_ms": costs, "peers": results})
    if args.json:
        with open(args.json, "w") as f:
            json.dump(report, f, indent=1)


if __name__ == "__main__":
    main()
