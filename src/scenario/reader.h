/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the readers of scenario files share: where things are kept and reported, the kinds
 * of YAML nodes they expect, and each named file read once. A reader goes on after an
 * error, so that one run reports all of them; the first status wins. */
#ifndef OSW_SCENARIO_READER_H
#define OSW_SCENARIO_READER_H

#include "model/model.h"
#include "text/yaml.h"

struct osw_intervention;
struct osw_named_file;
struct osw_failed_node;

enum { OSW_MOST_EVENTS = 2000000 }; /* of a whole plan */

struct osw_reader {
    struct osw_arena *arena;
    struct osw_diag *diag;
    const struct osw_model *model;
    const struct osw_unit *one, *day, *year, *kg;
    double duration;                        /* day */
    size_t n_events;                        /* so far, against OSW_MOST_EVENTS */
    struct osw_named_file *files;           /* YAML files read so far */
    struct osw_intervention *interventions; /* likewise; failed ones too */
    struct osw_failed_node *failed;         /* nodes whose faults are reported already */
};

/* OSW_ERR_MEMORY when a unit cannot be made. */
enum osw_status osw_reader_init(struct osw_reader *r, const struct osw_model *model,
                                struct osw_arena *arena,
                                struct osw_diag *diag) OSW_MUST_CHECK;

/* *first takes `status` unless it holds an error already. */
void osw_reader_keep(enum osw_status *first, enum osw_status status);

/* OSW_OK when the node has the kind; else OSW_ERR_INPUT with "WHAT: expected …". */
enum osw_status osw_reader_mapping(struct osw_reader *r, const struct osw_yaml *node,
                                   const char *what) OSW_MUST_CHECK;
enum osw_status osw_reader_sequence(struct osw_reader *r, const struct osw_yaml *node,
                                    const char *what) OSW_MUST_CHECK;
enum osw_status osw_reader_scalar(struct osw_reader *r, const struct osw_yaml *node,
                                  const char *what) OSW_MUST_CHECK;

/* The text of an optional scalar child: *text stays as it is when there is none. */
enum osw_status osw_reader_text(struct osw_reader *r, const struct osw_yaml *mapping,
                                const char *key, const char **text) OSW_MUST_CHECK;

/* "unknown KIND 'NAME'", with the closest of the model's names of these kinds, or of
 * `extra` (may be NULL); all of them where there are few and none is close. Returns
 * `status`. */
enum osw_name_kind {
    OSW_NAME_INPUT = 1,
    OSW_NAME_PARAM = 2,
    OSW_NAME_STATE = 4,
    OSW_NAME_OUTPUT = 8
};
enum osw_status osw_reader_unknown(struct osw_reader *r, enum osw_status status,
                                   struct osw_loc at, const char *kind, const char *name,
                                   int kinds, const char *const *extra, size_t n_extra);

/* Find and parse params/DIR/NAME.yaml; a second call gives the same tree. A fault of the
 * file is reported once; a name that cannot be found is OSW_ERR_INPUT at `at`. */
enum osw_status osw_reader_file(struct osw_reader *r, const char *dir, const char *name,
                                const char *beside, struct osw_loc at, const char **path,
                                const struct osw_yaml **root) OSW_MUST_CHECK;

/* Faults found below `node` were reported before: skip it. */
bool osw_reader_failed_before(const struct osw_reader *r, const struct osw_yaml *node);
void osw_reader_mark_failed(struct osw_reader *r, const struct osw_yaml *node);

/* Count n more events; OSW_ERR_INPUT beyond OSW_MOST_EVENTS. */
enum osw_status osw_reader_count(struct osw_reader *r, size_t n, struct osw_loc at,
                                 const char *name) OSW_MUST_CHECK;

#endif
