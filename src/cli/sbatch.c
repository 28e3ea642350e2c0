/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A job script for Slurm. The signal before the time limit reaches bash alone, whose trap
 * waits for a foreground child: so the program runs in the background, the trap hands the
 * signal on, and exit code 75 asks Slurm to queue the task again, a limited number of
 * times. */
#include "cli/sweep.h"
#include "options/command_line.h"
#include "options/science.h"

#include <stdio.h>

/* Everything that was asked for goes with it, but what the script says itself. */
static const char *command_line(struct osw_session *session, const char *design,
                                const struct osw_sweep_options *o)
{
    static const char *const own[] = {"output", "jobs", "sbatch", NULL};
    const char *line = osw_command_line_add(session->arena, "osteoswitch sweep", design);
    const char *folder = osw_arena_format(session->arena, "--output=%s", o->output);
    line = line && folder ? osw_command_line_add(session->arena, line, folder) : NULL;
    return line ? osw_science_add(&osw_command_sweep, o, line, own, session->arena)
                : NULL;
}

enum osw_status osw_sweep_script(struct osw_session *session, const char *design,
                                 const struct osw_sweep_options *o)
{
    if (!o->output)
        return osw_diag_fail(session->diag, OSW_ERR_USAGE, (struct osw_loc){0},
                             "sweep --sbatch: expected -o DIR");
    const char *line = command_line(session, design, o);
    if (!line)
        return OSW_ERR_MEMORY;
    printf("#!/bin/bash\n"
           "#SBATCH --job-name=osteoswitch\n"
           "#SBATCH --array=0-7            # tasks; %%N after it runs N at a time\n"
           "#SBATCH --cpus-per-task=1\n"
           "#SBATCH --time=01:00:00\n"
           "#SBATCH --signal=B:USR1@120    # two minutes before the limit\n"
           "#SBATCH --requeue\n"
           "#SBATCH --open-mode=append\n"
           "#SBATCH --output=%%x-%%A-%%a.log\n"
           "most_restarts=100\n"
           "%s",
           line);
    printf(" -j \"${SLURM_CPUS_PER_TASK:-1}\" --progress lines &\n"
           "child=$!\n"
           "trap 'kill -USR1 $child' USR1 TERM\n"
           "wait $child\n"
           "code=$?\n"
           "while kill -0 $child 2>/dev/null; do # wait ends when a trap has run\n"
           "    wait $child\n"
           "    code=$?\n"
           "done\n"
           "if ((code == 75 && ${SLURM_RESTART_COUNT:-0} < most_restarts)); then\n"
           "    scontrol requeue \"${SLURM_ARRAY_JOB_ID:-$SLURM_JOB_ID}"
           "${SLURM_ARRAY_TASK_ID:+_$SLURM_ARRAY_TASK_ID}\"\n"
           "fi\n"
           "exit $code\n");
    return OSW_OK;
}
