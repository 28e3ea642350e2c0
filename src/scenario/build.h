/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From a parsed scenario to a plan, for a model that is open already: osw_plan_load minus
 * files and models, so that tests and the fuzzer can bring their own. */
#ifndef OSW_SCENARIO_BUILD_H
#define OSW_SCENARIO_BUILD_H

#include "scenario/plan.h"
#include "text/yaml.h"

/* path names the file of `root` (names are also looked for beside it). The plan takes
 * `arena` and, when `own_model`, the model; on failure both stay the caller's. */
enum osw_status osw_plan_build(const struct osw_yaml *root, const char *path,
                               struct osw_model *model, bool own_model,
                               struct osw_arena *arena,
                               const struct osw_plan_options *options,
                               struct osw_diag *diag,
                               struct osw_plan **plan) OSW_MUST_CHECK;

#endif
