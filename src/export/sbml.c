/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * SBML Level 3 Version 2 through libSBML's C API (the fence). Everything is an SBML
 * parameter: a state has a rate rule, an intermediate quantity an assignment rule; there
 * are no compartments or species, whose conversions would change what the equations say.
 * Time is in days. The text depends on the model and its values only: no date. */
#include "export/sbml.h"
#include "compiler/model.h"
#include "export/overflow.h"
#include "text/utf8.h"

#include <ctype.h>
#include <math.h>
#include <sbml/SBMLTypes.h>
#include <stdlib.h>
#include <string.h>

enum { LEVEL = 3, VERSION = 2 };

struct unit_id {
    const struct osw_unit *unit;
    const char *id;
};

struct writer {
    const struct osw_model *model;
    const struct osw_source *source;
    const double *params, *y;
    osw_sbml_namer *namer;
    struct osw_arena *arena;
    SBMLDocument_t *document;
    Model_t *sbml;
    struct unit_id *units;
    int n_units;
    enum osw_status failed; /* sticky */
};

static bool good(struct writer *w, bool outcome)
{
    if (!outcome && !w->failed)
        w->failed = OSW_ERR_MEMORY; /* all that can fail here is an allocation */
    return !w->failed;
}

static bool done(struct writer *w, int code)
{
    return good(w, code == LIBSBML_OPERATION_SUCCESS);
}

/* Labels and names of files may hold what XML does not. */
static const char *clean(struct writer *w, const char *text)
{
    char *copy = osw_arena_alloc(w->arena, strlen(text) + 1, 1);
    return good(w, copy) ? osw_utf8_clean(copy, text) : "";
}

static const char *id_of(struct writer *w, const struct osw_symbol *symbol)
{
    const char *id =
        w->namer ? w->namer(w->source, symbol->name, w->arena) : symbol->name;
    return good(w, id) ? id : "";
}

/* "mmol/L" → "u_mmol_per_L": letters, digits and single _ only. */
static const char *unit_name(struct writer *w, const char *text)
{
    char *id = osw_arena_alloc(w->arena, 8 * strlen(text) + 3, 1), *q = id;
    if (!good(w, id))
        return NULL;
    q = stpcpy(q, "u_");
    for (const char *p = text; *p; p++) {
        bool joined = q[-1] == '_';
        if (isascii((unsigned char)*p) && isalnum((unsigned char)*p))
            *q++ = *p;
        else if (*p == '/')
            q = stpcpy(q, joined ? "per_" : "_per_");
        else if (*p == '%')
            q = stpcpy(q, "percent");
        else if (*p == '-')
            q = stpcpy(q, "minus");
        else if (*p != '^' && *p != '(' && *p != ')' && !joined)
            *q++ = '_';
    }
    return id;
}

static bool name_taken(const struct writer *w, const char *id)
{
    for (int i = 0; i < w->n_units; i++)
        if (!strcmp(w->units[i].id, id))
            return true;
    return false;
}

static void add_factor(struct writer *w, UnitDefinition_t *definition, UnitKind_t kind,
                       double multiplier, int exponent)
{
    Unit_t *unit = UnitDefinition_createUnit(definition);
    if (good(w, unit)) {
        done(w, Unit_setKind(unit, kind));
        done(w, Unit_setMultiplier(unit, multiplier));
        done(w, Unit_setScale(unit, 0));
        done(w, Unit_setExponentAsDouble(unit, exponent));
    }
}

/* SBML multiplies inside the power, (multiplier kind)^exponent: the whole factor goes to
 * one base unit, of exponent 1 or -1 where there is one. */
static void define_unit(struct writer *w, const struct osw_unit *unit, const char *id)
{
    static const UnitKind_t kinds[OSW_N_BASE_UNITS] = {
        UNIT_KIND_KILOGRAM, UNIT_KIND_METRE,  UNIT_KIND_SECOND, UNIT_KIND_MOLE,
        UNIT_KIND_AMPERE,   UNIT_KIND_KELVIN, UNIT_KIND_CANDELA};
    UnitDefinition_t *definition = Model_createUnitDefinition(w->sbml);
    double factor;
    int exponent[OSW_N_BASE_UNITS], host = -1;
    if (!good(w, definition))
        return;
    osw_unit_si(unit, &factor, exponent);
    done(w, UnitDefinition_setId(definition, id));
    for (int i = 0; i < OSW_N_BASE_UNITS; i++)
        if (exponent[i] && (host < 0 || abs(exponent[i]) < abs(exponent[host])))
            host = i;
    for (int i = 0; i < OSW_N_BASE_UNITS; i++)
        if (exponent[i])
            add_factor(w, definition, kinds[i],
                       i == host ? pow(factor, 1.0 / exponent[i]) : 1, exponent[i]);
    if (host < 0)
        add_factor(w, definition, UNIT_KIND_DIMENSIONLESS, factor, 1);
}

/* The id of a unit, defined on first use. */
static const char *unit_id(struct writer *w, const struct osw_unit *unit,
                           const char *text)
{
    if (osw_unit_is_one(unit))
        return "dimensionless";
    for (int i = 0; i < w->n_units; i++)
        if (osw_unit_equal(w->units[i].unit, unit))
            return w->units[i].id;
    const char *name = unit_name(w, text ? text : "derived"), *id = name;
    for (int n = 2; id && name_taken(w, id); n++) {
        id = osw_arena_format(w->arena, "%s_%d", name, n);
        good(w, id);
    }
    if (w->failed)
        return NULL;
    define_unit(w, unit, id);
    w->units[w->n_units++] = (struct unit_id){unit, id};
    return id;
}

static ASTNode_t *node(struct writer *w, ASTNodeType_t type)
{
    ASTNode_t *made = ASTNode_createWithType(type);
    good(w, made);
    return made;
}

static ASTNode_t *number(struct writer *w, double value)
{
    bool integer = value == floor(value) && fabs(value) < 1e9;
    ASTNode_t *made = node(w, integer ? AST_INTEGER : AST_REAL);
    if (!made)
        return NULL;
    done(w,
         integer ? ASTNode_setInteger(made, (long)value) : ASTNode_setReal(made, value));
    if (value != 0) /* zero is of any unit */
        done(w, ASTNode_setUnits(made, "dimensionless"));
    return made;
}

static ASTNode_t *name(struct writer *w, ASTNodeType_t type, const char *text)
{
    ASTNode_t *made = node(w, type);
    if (made)
        done(w, ASTNode_setName(made, text));
    return made;
}

/* MathML's operator for an operation; `first` gets the argument that MathML adds before
 * the operands (the base of log, the degree of root), or 0. */
static ASTNodeType_t operator_of(enum osw_op op, int *first)
{
    static const struct {
        ASTNodeType_t type;
        int first;
    } table[] = {
        [OSW_OP_NEG] = {AST_MINUS, 0},           [OSW_OP_ADD] = {AST_PLUS, 0},
        [OSW_OP_SUB] = {AST_MINUS, 0},           [OSW_OP_MUL] = {AST_TIMES, 0},
        [OSW_OP_DIV] = {AST_DIVIDE, 0},          [OSW_OP_POW] = {AST_POWER, 0},
        [OSW_OP_EXP] = {AST_FUNCTION_EXP, 0},    [OSW_OP_LN] = {AST_FUNCTION_LN, 0},
        [OSW_OP_LOG10] = {AST_FUNCTION_LOG, 10}, [OSW_OP_SQRT] = {AST_FUNCTION_ROOT, 2},
        [OSW_OP_SIN] = {AST_FUNCTION_SIN, 0},    [OSW_OP_COS] = {AST_FUNCTION_COS, 0},
        [OSW_OP_TANH] = {AST_FUNCTION_TANH, 0},
    };
    *first = table[op].first;
    return table[op].type;
}

static ASTNode_t *expression(struct writer *w, const struct osw_expr *e);

/* A new node over operands of its own; NULL operands stand for what failed. */
static ASTNode_t *over(struct writer *w, ASTNodeType_t type, int n, ASTNode_t *const *of)
{
    ASTNode_t *made = node(w, type);
    for (int i = 0; i < n; i++)
        if (made && of[i])
            done(w, ASTNode_addChild(made, of[i]));
        else
            ASTNode_free(of[i]);
    return made;
}

static ASTNode_t *pair(struct writer *w, ASTNodeType_t type, ASTNode_t *a, ASTNode_t *b)
{
    ASTNode_t *const of[] = {a, b};
    return over(w, type, 2, of);
}

static ASTNode_t *choice(struct writer *w, ASTNode_t *value, ASTNode_t *condition,
                         ASTNode_t *otherwise)
{
    ASTNode_t *const of[] = {value, condition, otherwise};
    return over(w, AST_FUNCTION_PIECEWISE, 3, of);
}

/* ln(1 + exp(u)), which in double precision is u where u is above 500, before exp
 * overflows. */
static ASTNode_t *softplus(struct writer *w, const struct osw_expr *u)
{
    ASTNode_t *argument = expression(w, u);
    ASTNode_t *power = over(w, AST_FUNCTION_EXP, 1, &argument);
    ASTNode_t *sum = pair(w, AST_PLUS, number(w, 1), power);
    return choice(w, over(w, AST_FUNCTION_LN, 1, &sum),
                  pair(w, AST_RELATIONAL_LT, expression(w, u), number(w, 500)),
                  expression(w, u));
}

/* rest*e/(d + e), which is rest where e/d is above 1e150, before e overflows. */
static ASTNode_t *saturation(struct writer *w, const struct osw_expr *quotient,
                             const struct osw_saturation *s)
{
    ASTNode_t *plain =
        pair(w, AST_DIVIDE, expression(w, quotient->a), expression(w, quotient->b));
    ASTNode_t *ratio = expression(w, s->e);
    ASTNode_t *limit = s->n_rest ? expression(w, s->rest[0]) : number(w, 1);
    if (s->d->op != OSW_OP_NUMBER || s->d->number != 1)
        ratio = pair(w, AST_DIVIDE, ratio, expression(w, s->d));
    for (int i = 1; i < s->n_rest; i++)
        limit = pair(w, AST_TIMES, expression(w, s->rest[i]), limit);
    return choice(w, plain, pair(w, AST_RELATIONAL_LT, ratio, number(w, 1e150)), limit);
}

static ASTNode_t *expression(struct writer *w, const struct osw_expr *e)
{
    int first;
    struct osw_saturation s;
    const struct osw_expr *u = osw_overflow_softplus(e);
    if (u)
        return softplus(w, u);
    if (osw_overflow_saturation(e, &s))
        return saturation(w, e, &s);
    if (e->op == OSW_OP_NUMBER)
        return number(w, e->number);
    if (e->op == OSW_OP_SYMBOL)
        return name(w, AST_NAME, id_of(w, &w->source->symbols[e->symbol]));
    if (e->op == OSW_OP_TIME)
        return name(w, AST_NAME_TIME, "time");
    ASTNode_t *made = node(w, operator_of(e->op, &first));
    ASTNode_t *children[] = {made && first ? number(w, first) : NULL,
                             made ? expression(w, e->a) : NULL,
                             made && e->b ? expression(w, e->b) : NULL};
    for (int i = 0; i < 3; i++)
        if (children[i])
            done(w, ASTNode_addChild(made, children[i]));
    return made;
}

/* What people call it, in the tables' or the text's own words; NULL when its id. */
static const char *title_of(const struct writer *w, const struct osw_symbol *symbol)
{
    int j = osw_model_param(w->model, symbol->name);
    int k = osw_model_output(w->model, symbol->name);
    const char *candidates[] = {k >= 0 ? w->model->outputs[k].long_name : NULL,
                                j >= 0 ? w->model->params[j].name : NULL, symbol->label};
    for (int i = 0; i < 3; i++)
        if (candidates[i] && *candidates[i] && strcmp(candidates[i], symbol->name))
            return candidates[i];
    return NULL;
}

static void set_value(struct writer *w, Parameter_t *made,
                      const struct osw_symbol *symbol)
{
    int j = osw_model_param(w->model, symbol->name);
    int i = osw_model_state(w->model, symbol->name);
    if (symbol->kind == OSW_SYMBOL_PARAMETER && j >= 0)
        done(w, Parameter_setValue(made, w->params[j]));
    else if (symbol->kind == OSW_SYMBOL_PARAMETER && symbol->initial)
        done(w, Parameter_setValue(made, symbol->initial->number));
    else if (symbol->kind == OSW_SYMBOL_STATE && i >= 0)
        done(w, Parameter_setValue(made, w->y[i]));
}

static void add_symbol(struct writer *w, const struct osw_symbol *symbol)
{
    Parameter_t *made = Model_createParameter(w->sbml);
    const char *title = title_of(w, symbol);
    if (!good(w, made))
        return;
    const char *id = id_of(w, symbol);
    if (!title && strcmp(id, symbol->name))
        title = symbol->name;
    done(w, Parameter_setId(made, id));
    if (title)
        done(w, Parameter_setName(made, clean(w, title)));
    done(w, Parameter_setConstant(made, symbol->kind == OSW_SYMBOL_PARAMETER));
    if (symbol->unit) {
        const char *unit = unit_id(w, symbol->unit, symbol->unit_text);
        if (unit)
            done(w, Parameter_setUnits(made, unit));
    }
    set_value(w, made, symbol);
}

static void add_rule(struct writer *w, const struct osw_symbol *symbol)
{
    bool state = symbol->kind == OSW_SYMBOL_STATE;
    ASTNode_t *math = expression(w, state ? symbol->rate : symbol->rule);
    Rule_t *rule = state ? (Rule_t *)Model_createRateRule(w->sbml)
                         : (Rule_t *)Model_createAssignmentRule(w->sbml);
    if (good(w, rule)) {
        done(w, Rule_setVariable(rule, id_of(w, symbol)));
        done(w, Rule_setMath(rule, math)); /* copies it */
    }
    ASTNode_free(math);
}

/* An SBML identifier from a file's name. */
static const char *model_id(struct writer *w, const char *text)
{
    char *id = osw_arena_format(w->arena, "%s%s",
                                isdigit((unsigned char)*text) ? "_" : "", text);
    good(w, id);
    for (char *p = id; p && *p; p++)
        if (!isalnum((unsigned char)*p) && *p != '_')
            *p = '_';
    return id;
}

/* Time is in days, but a model that states no units at all may mean anything by it. */
static void set_time_unit(struct writer *w)
{
    bool stated = false;
    for (int i = 0; i < w->source->n_symbols; i++)
        stated |= w->source->symbols[i].unit != NULL;
    if (!stated)
        return;
    const struct osw_unit *day = osw_units_parse(w->model->units, "day");
    const char *id = good(w, day) ? unit_id(w, day, "day") : NULL;
    if (id)
        done(w, Model_setTimeUnits(w->sbml, id));
}

static void add_all(struct writer *w)
{
    const struct osw_source *source = w->source;
    const char *id = model_id(w, source->name);
    if (!good(w, (w->document = SBMLDocument_createWithLevelAndVersion(LEVEL, VERSION))))
        return;
    if (!good(w, (w->sbml = SBMLDocument_createModel(w->document))))
        return; /* also when there is no id: failures stick */
    done(w, Model_setId(w->sbml, id));
    done(w, Model_setName(w->sbml, clean(w, source->name)));
    set_time_unit(w);
    for (int i = 0; i < source->n_symbols && !w->failed; i++)
        add_symbol(w, &source->symbols[i]);
    for (int i = 0; i < source->n_rules && !w->failed; i++)
        add_rule(w, &source->symbols[source->rule_order[i]]);
    for (int i = 0; i < source->n_symbols && !w->failed; i++)
        if (source->symbols[i].kind == OSW_SYMBOL_STATE)
            add_rule(w, &source->symbols[i]);
}

/* What libSBML says, on one line. */
static const char *remark(const struct writer *w, const XMLError_t *error)
{
    char *text = osw_arena_string(w->arena, XMLError_getMessage(error)), *q = text;
    for (const char *p = text; p && *p; p++)
        if (!isspace((unsigned char)*p))
            *q++ = *p;
        else if (q > text && q[-1] != ' ')
            *q++ = ' ';
    if (q)
        *q = '\0';
    return text ? text : "";
}

static void choose_checks(SBMLDocument_t *document)
{
    static const int asked[] = {
        LIBSBML_CAT_GENERAL_CONSISTENCY, LIBSBML_CAT_IDENTIFIER_CONSISTENCY,
        LIBSBML_CAT_UNITS_CONSISTENCY, LIBSBML_CAT_MATHML_CONSISTENCY,
        LIBSBML_CAT_OVERDETERMINED_MODEL};
    SBMLDocument_setConsistencyChecks(document, LIBSBML_CAT_SBO_CONSISTENCY, 0);
    SBMLDocument_setConsistencyChecks(document, LIBSBML_CAT_MODELING_PRACTICE, 0);
    for (size_t i = 0; i < sizeof asked / sizeof *asked; i++)
        SBMLDocument_setConsistencyChecks(document, asked[i], 1);
}

/* libSBML's opinion. Where it cannot tell, for want of a unit, one warning says so. */
static enum osw_status consult(const struct writer *w, struct osw_diag *diag)
{
    const struct osw_loc at = {.file = w->source->path};
    enum osw_status status = OSW_OK;
    int n_undeclared = 0;
    choose_checks(w->document);
    SBMLDocument_checkConsistency(w->document);
    for (unsigned i = 0; i < SBMLDocument_getNumErrors(w->document); i++) {
        const XMLError_t *error =
            (const XMLError_t *)SBMLDocument_getError(w->document, i);
        unsigned id = XMLError_getErrorId(error);
        if (id == UndeclaredUnits || id == UndeclaredTimeUnitsL3 ||
            id == UndeclaredObjectUnitsL3 || id == ParameterUnits) {
            n_undeclared++;
            continue;
        }
        osw_diag_add(diag, OSW_ERROR, at, "libSBML %u: %s", id, remark(w, error));
        status = OSW_NEGATIVE;
    }
    if (n_undeclared)
        osw_diag_add(diag, OSW_WARNING, at,
                     "libSBML cannot verify the units in %d places, for want of declared "
                     "ones",
                     n_undeclared);
    return status;
}

static enum osw_status print(const struct writer *w, FILE *out)
{
    char *text = writeSBMLToString(w->document);
    if (!text)
        return OSW_ERR_MEMORY;
    fputs(text, out);
    free(text);
    return OSW_OK;
}

enum osw_status osw_sbml_write(const struct osw_model *model, const double *params,
                               const double *y, osw_sbml_namer *namer, bool check,
                               FILE *out, struct osw_diag *diag)
{
    struct osw_source *source = NULL;
    enum osw_status status = osw_model_source(model, diag, &source);
    if (status)
        return status;
    struct writer w = {
        .model = model, .source = source, .params = params, .y = y, .namer = namer};
    w.arena = osw_arena_create();
    w.units =
        w.arena ? osw_arena_alloc(w.arena, (size_t)source->n_symbols + 1, sizeof *w.units)
                : NULL;
    if (good(&w, w.units))
        add_all(&w);
    status = w.failed;
    if (!status && check)
        status = consult(&w, diag);
    if (!status)
        status = print(&w, out);
    SBMLDocument_free(w.document);
    osw_arena_destroy(w.arena);
    osw_source_destroy(source);
    return status;
}
