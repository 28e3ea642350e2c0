# SPDX-License-Identifier: GPL-3.0-or-later
"""An exported PEtab problem passes the lint of the petab package, and libRoadRunner, given
its tables and model, finds what the fit found with the same values.

Usage: exported.py DIR/problem.yaml FIT.json TOLERANCE; exit 77 without the packages."""
import json
import sys

try:
    import petab.v2 as petab
    import roadrunner
    from petab.v2.lint import lint_problem
except ImportError as missing:
    print(missing)
    sys.exit(77)

path, tolerance = sys.argv[1], float(sys.argv[3])
issues = lint_problem(path)
for issue in issues:
    print(issue)
assert not issues
problem = petab.Problem.from_yaml(path)
nominal = {p.id: p.nominal_value for p in problem.parameters}
conditions = {c.id: c for c in problem.conditions}
# Large models: compiling them costs more than running them.
roadrunner.Config.setValue(roadrunner.Config.LLVM_BACKEND, roadrunner.Config.LLJIT)
roadrunner.Config.setValue(roadrunner.Config.LLJIT_OPTIMIZATION_LEVEL, roadrunner.Config.NONE)
engine = roadrunner.RoadRunner(path.rsplit("/", 1)[0] + "/model.xml")
engine.integrator = "cvode"
engine.integrator.relative_tolerance = 1e-8
engine.integrator.absolute_tolerance = 1e-11
engine.integrator.maximum_num_steps = 1000000


def apply(condition):
    def value(symbol):
        return nominal[str(symbol)] if str(symbol) in nominal else engine[str(symbol)]
    targets = [(c.target_id, float(c.target_value.subs(
        {s: value(s) for s in c.target_value.free_symbols}))) for c in condition.changes]
    for name, number in targets:
        engine[name] = number


def simulate(experiment, wanted):
    """{time: {output: value}}"""
    found, now = {}, 0.0
    engine.resetAll()
    for name, number in nominal.items():
        if not name.startswith("est_"):
            engine[name] = number
    stops = sorted({(t, 1, None) for t in wanted} |
                   {(p.time, 0, i) for p in experiment.periods for i in p.condition_ids})
    for t, is_output, condition in stops:
        if t > now:
            engine.simulate(now, t, 2)
            now = t
        if is_output:
            found[t] = {o: engine[o] for o in wanted[t]}
        else:
            apply(conditions[condition])
    return found


formula = {o.id: str(o.formula) for o in problem.observables}
wanted = {}
for m in problem.measurements:
    wanted.setdefault(m.experiment_id, {}).setdefault(m.time, set()).add(formula[m.observable_id])
found = {e.id: simulate(e, wanted[e.id]) for e in problem.experiments if e.id in wanted}
theirs = [found[m.experiment_id][m.time][formula[m.observable_id]] for m in problem.measurements]
observations = json.load(open(sys.argv[2]))["observations"]
if len(observations) != len(theirs):  # the first few of each table are compared by place
    print(f"{len(theirs)} of {len(observations)} observations")
    known = {o["id"]: o for o in observations}
    observations = [known[i] for i in sys.argv[4:]]
worst = 0
for ours, one in zip(observations, theirs, strict=True):
    error = abs(one - ours["before"]) / max(abs(ours["before"]), 1e-3)
    worst = max(worst, error)
    if error > tolerance:
        print(ours["id"], ours["before"], one)
print(f"{len(theirs)} values, greatest relative difference {worst:.1e}")
sys.exit(worst > tolerance)
