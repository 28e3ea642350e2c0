/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch list: what there is, by name. */
#include "cli/command.h"
#include "cli/listing.h"
#include "design/method.h"
#include "model/model.h"
#include "plot/kind.h"
#include "simulate/driver.h"
#include "text/yaml.h"

#include <string.h>

struct options {
    struct osw_common_options common;
    const char *model;
    bool json;
};

#define S struct options
static const struct osw_option option_table[] = {
    OSW_ROW_JSON(S, "a JSON list of objects"),
    OSW_ROW_MODEL(S, "human",
                  "whose outputs, parameters or inputs: a name, or the path of a model's "
                  "text"),
};
#undef S

typedef enum osw_status fill(struct osw_session *session, const struct options *o,
                             struct osw_listing *listing);

/* The title of a YAML file, "" when it has none or cannot be read. */
static const char *title(struct osw_session *session, const char *dir, const char *name)
{
    const char *path, *text = "";
    const struct osw_yaml *root;
    struct osw_diag *unheard = osw_diag_create();
    if (!unheard)
        return "";
    if (!osw_file_find(dir, name, ".yaml", NULL, (struct osw_loc){0}, session->arena,
                       unheard, &path) &&
        !osw_yaml_read(path, session->arena, unheard, &root) &&
        root->kind == OSW_YAML_MAPPING) {
        const struct osw_yaml *node = osw_yaml_find(root, "title");
        text = node && node->text ? node->text : "";
    }
    osw_diag_destroy(unheard);
    return text;
}

static enum osw_status fill_files(struct osw_session *session, const char *dir,
                                  struct osw_listing *listing)
{
    const char *const *names;
    size_t n;
    enum osw_status status = osw_file_list(dir, ".yaml", session->arena, &names, &n);
    for (size_t i = 0; i < n && !status; i++)
        status = osw_listing_add(
            listing, (const char *[]){names[i], title(session, dir, names[i])});
    return status;
}

static enum osw_status fill_subjects(struct osw_session *session, const struct options *o,
                                     struct osw_listing *listing)
{
    (void)o;
    return fill_files(session, "subjects", listing);
}

static enum osw_status fill_interventions(struct osw_session *session,
                                          const struct options *o,
                                          struct osw_listing *listing)
{
    (void)o;
    return fill_files(session, "interventions", listing);
}

static enum osw_status fill_scenarios(struct osw_session *session,
                                      const struct options *o,
                                      struct osw_listing *listing)
{
    (void)o;
    return fill_files(session, "scenarios", listing);
}

static enum osw_status fill_designs(struct osw_session *session, const struct options *o,
                                    struct osw_listing *listing)
{
    (void)o;
    return fill_files(session, "designs", listing);
}

static enum osw_status fill_fits(struct osw_session *session, const struct options *o,
                                 struct osw_listing *listing)
{
    (void)o;
    return fill_files(session, "fit", listing);
}

static enum osw_status fill_models(struct osw_session *session, const struct options *o,
                                   struct osw_listing *listing)
{
    (void)o;
    enum osw_status status = OSW_OK;
    for (const char *const *name = osw_model_names(); *name && !status; name++) {
        struct osw_model *model;
        if ((status = osw_model_open(*name, session->diag, &model)))
            break;
        const struct osw_kernel *k = model->kernel;
        const char *const row[] = {
            *name, osw_arena_format(session->arena, "%d", k->n_states),
            osw_arena_format(session->arena, "%d", k->n_params),
            osw_arena_format(session->arena, "%d", k->n_outputs),
            osw_arena_string(session->arena,
                             model->source_path ? model->source_path : "")};
        status = osw_listing_add(listing, row);
        osw_model_destroy(model);
    }
    return status;
}

static const char *number(struct osw_session *session, double x)
{
    return osw_arena_format(session->arena, "%.9g", x);
}

static enum osw_status add_parameters(struct osw_session *session,
                                      const struct osw_model *model,
                                      struct osw_listing *listing)
{
    enum osw_status status = OSW_OK;
    for (int j = 0; j < model->kernel->n_params && !status; j++) {
        const struct osw_parameter *p = &model->params[j];
        status = osw_listing_add(
            listing, (const char *[]){p->id, number(session, p->nominal), p->unit_text,
                                      number(session, p->lower),
                                      number(session, p->upper), p->status, p->name});
    }
    return status;
}

static enum osw_status add_outputs(struct osw_session *session,
                                   const struct osw_model *model,
                                   struct osw_listing *listing)
{
    (void)session;
    enum osw_status status = OSW_OK;
    for (int i = 0; i < model->kernel->n_outputs && !status; i++) {
        const struct osw_output *output = &model->outputs[i];
        status =
            osw_listing_add(listing, (const char *[]){output->id, output->unit_text,
                                                      output->group, output->long_name});
    }
    return status;
}

/* "female, male" for words, else nothing. */
static const char *words(struct osw_session *session, const struct osw_input *input)
{
    const char *text = "";
    for (int i = 0; i < input->n_targets; i++)
        for (int k = 0; k < input->targets[i].n_words; k++)
            if (i == 0 && *input->targets[i].words[k] != '*' && text)
                text = osw_arena_format(session->arena, "%s%s%s", text, *text ? ", " : "",
                                        input->targets[i].words[k]);
    return text;
}

static enum osw_status add_inputs(struct osw_session *session,
                                  const struct osw_model *model,
                                  struct osw_listing *listing)
{
    enum osw_status status = OSW_OK;
    for (int i = 0; i < model->n_inputs && !status; i++) {
        const struct osw_input *input = &model->inputs[i];
        status = osw_listing_add(listing, (const char *[]){input->id, input->unit_text,
                                                           words(session, input),
                                                           input->description});
    }
    return status;
}

typedef enum osw_status add(struct osw_session *session, const struct osw_model *model,
                            struct osw_listing *listing);

/* The listing borrows the model's texts, so it is written before the model goes. */
static enum osw_status of_model(struct osw_session *session, const struct options *o,
                                struct osw_listing *listing, add *add_rows)
{
    struct osw_model *model;
    enum osw_status status = osw_model_open(o->model, session->diag, &model);
    if (status)
        return status;
    status = add_rows(session, model, listing);
    if (!status)
        osw_listing_write(listing, o->json, stdout);
    listing->n_columns = 0;
    osw_model_destroy(model);
    return status;
}

static enum osw_status fill_parameters(struct osw_session *session,
                                       const struct options *o,
                                       struct osw_listing *listing)
{
    return of_model(session, o, listing, add_parameters);
}

static enum osw_status fill_outputs(struct osw_session *session, const struct options *o,
                                    struct osw_listing *listing)
{
    return of_model(session, o, listing, add_outputs);
}

static enum osw_status fill_inputs(struct osw_session *session, const struct options *o,
                                   struct osw_listing *listing)
{
    return of_model(session, o, listing, add_inputs);
}

static enum osw_status fill_solvers(struct osw_session *session, const struct options *o,
                                    struct osw_listing *listing)
{
    (void)session, (void)o;
    enum osw_status status = OSW_OK;
    for (int i = 0; osw_drivers[i] && !status; i++)
        status = osw_listing_add(
            listing, (const char *[]){osw_drivers[i]->name, osw_drivers[i]->summary});
    return status;
}

static enum osw_status fill_methods(struct osw_session *session, const struct options *o,
                                    struct osw_listing *listing)
{
    (void)session, (void)o;
    enum osw_status status = OSW_OK;
    for (int i = 0; osw_methods[i] && !status; i++)
        status = osw_listing_add(
            listing, (const char *[]){osw_methods[i]->name, osw_methods[i]->summary});
    return status;
}

static enum osw_status fill_pictures(struct osw_session *session, const struct options *o,
                                     struct osw_listing *listing)
{
    (void)session, (void)o;
    enum osw_status status = OSW_OK;
    for (int i = 0; osw_kinds[i] && !status; i++)
        status = osw_listing_add(
            listing, (const char *[]){osw_kinds[i]->name, osw_kinds[i]->help});
    return status;
}

static const struct osw_listing_column titled[] = {{"name", false}, {"title", false}};
static const struct osw_listing_column summed[] = {{"name", false}, {"summary", false}};
static const struct osw_listing_column models[] = {{"name", false},
                                                   {"states", true},
                                                   {"parameters", true},
                                                   {"outputs", true},
                                                   {"text", false}};
static const struct osw_listing_column parameters[] = {
    {"id", false},   {"nominal", true}, {"unit", false}, {"lower", true},
    {"upper", true}, {"status", false}, {"name", false}};
static const struct osw_listing_column outputs[] = {
    {"id", false}, {"unit", false}, {"group", false}, {"long_name", false}};
static const struct osw_listing_column inputs[] = {
    {"id", false}, {"unit", false}, {"words", false}, {"description", false}};

#define COLUMNS(of) of, sizeof of / sizeof *of
static const struct kind {
    const char *name;
    const struct osw_listing_column *columns;
    int n_columns;
    fill *fill;
} kinds[] = {
    {"models", COLUMNS(models), fill_models},
    {"subjects", COLUMNS(titled), fill_subjects},
    {"interventions", COLUMNS(titled), fill_interventions},
    {"scenarios", COLUMNS(titled), fill_scenarios},
    {"designs", COLUMNS(titled), fill_designs},
    {"fits", COLUMNS(titled), fill_fits},
    {"outputs", COLUMNS(outputs), fill_outputs},
    {"parameters", COLUMNS(parameters), fill_parameters},
    {"inputs", COLUMNS(inputs), fill_inputs},
    {"solvers", COLUMNS(summed), fill_solvers},
    {"methods", COLUMNS(summed), fill_methods},
    {"pictures", COLUMNS(summed), fill_pictures},
};
enum { N_KINDS = sizeof kinds / sizeof *kinds };
#undef COLUMNS

static enum osw_status run(struct osw_session *session, const void *options)
{
    const struct options *o = options;
    const char *what = o->common.operands.items[0], *names[N_KINDS];
    for (int i = 0; i < N_KINDS; i++) {
        names[i] = kinds[i].name;
        if (strcmp(what, kinds[i].name))
            continue;
        struct osw_listing listing = {.columns = kinds[i].columns,
                                      .n_columns = kinds[i].n_columns,
                                      .arena = session->arena};
        enum osw_status status = kinds[i].fill(session, o, &listing);
        if (!status && listing.n_columns)
            osw_listing_write(&listing, o->json, stdout);
        return status;
    }
    const char *closest = osw_diag_closest(what, names, N_KINDS);
    return osw_diag_fail(
        session->diag, OSW_ERR_USAGE, (struct osw_loc){0}, "cannot list '%s'%s%s%s", what,
        closest ? " (did you mean '" : ": expected ",
        closest ? closest : osw_command_list.operands, closest ? "'?)" : "");
}

const struct osw_command osw_command_list = {
    .name = "list",
    .operands = "models|subjects|interventions|scenarios|designs|fits|outputs|parameters|"
                "inputs|solvers|methods|pictures",
    .summary = "List what there is, by name",
    .least = 1,
    .most = 1,
    .options = option_table,
    .n_options = sizeof option_table / sizeof *option_table,
    .size = sizeof(struct options),
    .run = run,
};
