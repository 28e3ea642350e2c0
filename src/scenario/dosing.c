/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A dosing table's rows as doses and effects. CMT names a state (single doses), a
 * parameter that holds a rate (infusions: RATE for AMT/RATE), or an intervention: then
 * AMT is its dose, an infusion counts as that dose every AMT/RATE, and repeated doses as
 * one every II, active from TIME to TIME + (ADDL + 1) II. */
#include "scenario/dosing_table.h"
#include "scenario/regimen.h"

#include <math.h>
#include <string.h>

struct dosing {
    struct osw_arm_builder *b;
    const char *cmt; /* of rows without one; or NULL */
    struct osw_loc cmt_at;
    double unit_d; /* the unit of TIME, II and of RATE's denominator, in day */
    const struct osw_dosing_row *row;
};

static enum osw_status fail_at(struct dosing *d, struct osw_loc at, const char *text)
{
    return osw_diag_fail(d->b->r->diag, OSW_ERR_INPUT, at, "%s", text);
}

/* TIME, TIME + II, …: ADDL + 1 of them. */
static enum osw_status dose_state(struct dosing *d, int state)
{
    const struct osw_dosing_row *row = d->row;
    if (row->rate > 0)
        return osw_diag_fail(d->b->r->diag, OSW_ERR_INPUT, row->rate_at,
                             "RATE: state '%s' takes single doses only: name a parameter "
                             "that holds a rate, or use RATE 0",
                             d->b->r->model->states[state].id);
    enum osw_status status =
        osw_reader_count(d->b->r, (size_t)row->addl + 1, row->at, "table");
    for (int k = 0; !status && k <= row->addl; k++) {
        double t = (row->time + k * row->ii) * d->unit_d;
        if (t < d->b->r->duration)
            osw_regimen_active(d->b, t, t);
        status = osw_regimen_dose(d->b, state, t, row->amt, 0);
    }
    return status;
}

/* One infusion after another when ADDL repeats it. */
static enum osw_status infuse_parameter(struct dosing *d, int param)
{
    const struct osw_dosing_row *row = d->row;
    const struct osw_parameter *p = &d->b->r->model->params[param];
    double factor;
    int exponent[OSW_N_BASE_UNITS];
    if (row->rate <= 0)
        return osw_diag_fail(d->b->r->diag, OSW_ERR_INPUT, row->rate_at,
                             "parameter '%s' takes infusions only: give RATE", p->id);
    osw_unit_si(p->unit ? p->unit : d->b->r->one, &factor, exponent);
    if (exponent[2] >= 0)
        return osw_diag_fail(d->b->r->diag, OSW_ERR_INPUT, row->cmt_at,
                             "parameter '%s' is in '%s', not an amount per time: it "
                             "cannot hold an infusion",
                             p->id, p->unit_text && *p->unit_text ? p->unit_text : "1");
    enum osw_status status =
        osw_reader_count(d->b->r, 2 * ((size_t)row->addl + 1), row->at, "table");
    double length = row->amt / row->rate * d->unit_d;
    for (int k = 0; !status && k <= row->addl && length > 0; k++) {
        double from = (row->time + k * row->ii) * d->unit_d;
        struct osw_schedule s = {from, from + length, NAN, NAN, NAN};
        struct osw_effect effect = {.param = param,
                                    .combine = OSW_COMBINE_ADD,
                                    .value = row->rate / d->unit_d,
                                    .name = p->id,
                                    .at = row->cmt_at};
        osw_regimen_active(d->b, from, s.until);
        status = osw_regimen_hold(d->b, effect, &s);
    }
    return status;
}

static bool all_states(const struct osw_intervention *v)
{
    for (int i = 0; i < v->n_targets; i++)
        if (!v->targets[i].is_state)
            return false;
    return true;
}

static enum osw_status give_infusions(struct dosing *d, struct osw_regimen *g)
{
    const struct osw_dosing_row *row = d->row;
    enum osw_status status = OSW_OK;
    double length = row->amt / row->rate * d->unit_d;
    g->infusion = true;
    g->loc = row->rate_at;
    g->schedule.every = length;
    for (int k = 0; !status && k <= row->addl && length > 0; k++) {
        g->schedule.from = (row->time + k * row->ii) * d->unit_d;
        if (g->schedule.from >= d->b->r->duration)
            break;
        g->schedule.until = g->schedule.from + length;
        status = osw_regimen_add(d->b, g);
    }
    return status;
}

static enum osw_status give_doses(struct dosing *d, struct osw_regimen *g)
{
    const struct osw_dosing_row *row = d->row;
    double at = row->time * d->unit_d;
    if (row->ii > 0) {
        double until = (row->time + (row->addl + 1.0) * row->ii) * d->unit_d;
        g->schedule = (struct osw_schedule){at, until, row->ii * d->unit_d, NAN, NAN};
    } else if (all_states(g->v)) {
        g->at = &at;
        g->n_at = 1;
    } else {
        return osw_diag_fail(d->b->r->diag, OSW_ERR_INPUT, row->at,
                             "'%s' acts on parameters while it is given: a row needs "
                             "RATE, or II and ADDL",
                             g->v->name);
    }
    return osw_regimen_add(d->b, g);
}

static enum osw_status unknown_cmt(struct dosing *d, const char *name, struct osw_loc at)
{
    const char *const *names;
    size_t n;
    struct osw_reader *r = d->b->r;
    enum osw_status status =
        osw_file_list("interventions", ".yaml", r->arena, &names, &n);
    return status ? status
                  : osw_reader_unknown(r, OSW_ERR_INPUT, at,
                                       "state, parameter or intervention", name,
                                       OSW_NAME_STATE | OSW_NAME_PARAM, names, n);
}

static enum osw_status find_intervention(struct dosing *d, const char *name,
                                         struct osw_loc at)
{
    const char *path;
    struct osw_diag *unheard = osw_diag_create();
    if (!unheard)
        return OSW_ERR_MEMORY;
    enum osw_status status = osw_file_find("interventions", name, ".yaml", d->b->path, at,
                                           d->b->r->arena, unheard, &path);
    osw_diag_destroy(unheard);
    return status == OSW_ERR_NOINPUT ? unknown_cmt(d, name, at) : status;
}

static enum osw_status give_intervention(struct dosing *d, const char *name,
                                         struct osw_loc at)
{
    const struct osw_intervention *v;
    enum osw_status status = find_intervention(d, name, at);
    if (!status)
        status = osw_intervention_load(d->b->r, name, d->b->path, at, &v);
    if (status)
        return status;
    if (!v->has_dose)
        return osw_diag_fail(d->b->r->diag, OSW_ERR_INPUT, at,
                             "CMT: intervention '%s' has no dose", name);
    struct osw_regimen g = {.v = v, .dose = v->dose, .loc = d->row->at};
    g.schedule = (struct osw_schedule){0, INFINITY, NAN, NAN, NAN};
    g.dose.value = d->row->amt;
    return d->row->rate > 0 ? give_infusions(d, &g) : give_doses(d, &g);
}

static enum osw_status apply_row(struct dosing *d)
{
    const struct osw_model *m = d->b->r->model;
    bool own = *d->row->cmt;
    const char *cmt = own ? d->row->cmt : d->cmt;
    struct osw_loc at = own ? d->row->cmt_at : d->cmt_at;
    if (!cmt)
        return fail_at(d, d->row->cmt_at,
                       "CMT: missing: expected a state, a parameter or an intervention, "
                       "here or as 'cmt' of the entry");
    if (strspn(cmt, "0123456789") == strlen(cmt))
        return fail_at(d, at,
                       "CMT: expected the name of a state, a parameter or an "
                       "intervention, found a number");
    int index = osw_model_state(m, cmt);
    if (index >= 0)
        return dose_state(d, index);
    index = osw_model_param(m, cmt);
    return index >= 0 ? infuse_parameter(d, index) : give_intervention(d, cmt, at);
}

static enum osw_status read_entry(struct dosing *d, const struct osw_yaml *entry)
{
    static const char *const known[] = {"table", "time", "cmt"};
    struct osw_reader *r = d->b->r;
    enum osw_status status = osw_yaml_keys(entry, known, 3, r->diag);
    const struct osw_yaml *time = osw_yaml_find(entry, "time");
    const struct osw_yaml *cmt = osw_yaml_find(entry, "cmt");
    d->unit_d = 1;
    if (!status)
        status = osw_reader_text(r, entry, "cmt", &d->cmt);
    if (cmt)
        d->cmt_at = cmt->at;
    if (!status && time)
        status = osw_reader_scalar(r, time, "time");
    if (status || !time)
        return status;
    const struct osw_unit *unit;
    status = osw_quantity_unit(r, time->text, time->at, "time", &unit);
    if (!status && !osw_unit_convertible(unit, r->day))
        return osw_diag_fail(r->diag, OSW_ERR_INPUT, time->at,
                             "time: '%.40s' is not a unit of time: expected day, h, …",
                             time->text);
    if (!status)
        d->unit_d = osw_unit_convert(1, unit, r->day);
    return status;
}

enum osw_status osw_regimen_table(struct osw_arm_builder *b, const struct osw_yaml *entry)
{
    struct dosing d = {.b = b};
    struct osw_reader *r = b->r;
    const struct osw_yaml *name = osw_yaml_find(entry, "table");
    const char *path, *file, *text;
    const struct osw_dosing_row *rows;
    size_t len, n;
    enum osw_status status = read_entry(&d, entry);
    if (!status)
        status = osw_reader_scalar(r, name, "table");
    if (!status)
        status = osw_file_find("", name->text, ".csv", b->path, name->at, r->arena,
                               r->diag, &path);
    if (!status)
        status = osw_file_read(path, r->arena, r->diag, &file, &text, &len);
    if (!status)
        status = osw_dosing_table_parse(file, text, len, r, &rows, &n);
    if (status)
        return status == OSW_ERR_NOINPUT ? OSW_ERR_INPUT : status;
    for (size_t i = 0; i < n; i++) {
        d.row = &rows[i];
        osw_reader_keep(&status, apply_row(&d));
        if (status == OSW_ERR_MEMORY)
            break;
    }
    return status;
}
