/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compiler/builtin.h"
#include "compiler/model.h"

#include <math.h>
#include <string.h>

static const struct osw_builtin builtins[] = {
    {"exp", OSW_BUILTIN_OPERATION, OSW_OP_EXP, 1},
    {"ln", OSW_BUILTIN_OPERATION, OSW_OP_LN, 1},
    {"log", OSW_BUILTIN_OPERATION, OSW_OP_LN, 1},
    {"log10", OSW_BUILTIN_OPERATION, OSW_OP_LOG10, 1},
    {"sqrt", OSW_BUILTIN_OPERATION, OSW_OP_SQRT, 1},
    {"sin", OSW_BUILTIN_OPERATION, OSW_OP_SIN, 1},
    {"cos", OSW_BUILTIN_OPERATION, OSW_OP_COS, 1},
    {"tanh", OSW_BUILTIN_OPERATION, OSW_OP_TANH, 1},
    {"pow", OSW_BUILTIN_POWER, OSW_OP_POW, 2},
    {"sqr", OSW_BUILTIN_SQUARE, OSW_OP_POW, 1},
    {"tan", OSW_BUILTIN_TAN, OSW_OP_DIV, 1},
    {"sinh", OSW_BUILTIN_SINH, OSW_OP_DIV, 1},
    {"cosh", OSW_BUILTIN_COSH, OSW_OP_DIV, 1},
};
enum { N_BUILTINS = sizeof builtins / sizeof builtins[0] };

const struct osw_builtin *osw_builtin_find(const char *name)
{
    for (size_t i = 0; i < N_BUILTINS; i++)
        if (!strcmp(builtins[i].name, name))
            return &builtins[i];
    return NULL;
}

const char *osw_builtin_closest(const char *name)
{
    const char *names[N_BUILTINS];
    for (size_t i = 0; i < N_BUILTINS; i++)
        names[i] = builtins[i].name;
    return osw_diag_closest(name, names, N_BUILTINS);
}

/* Is `name` one of the space-separated words? */
static bool is_word(const char *words, const char *name)
{
    size_t len = strlen(name);
    for (const char *w = words; len && (w = strstr(w, name)); w += len)
        if ((w == words || w[-1] == ' ') && (w[len] == ' ' || !w[len]))
            return true;
    return false;
}

bool osw_builtin_is_absent(const char *name)
{
    return is_word(
        "abs acos acosh acot acoth acsc acsch and arccos arccosh arccot arccoth arccsc "
        "arccsch arcsec arcsech arcsin arcsinh arctan arctanh asec asech asin asinh atan "
        "atanh bernoulli binomial cauchy ceil ceiling chisquare cot coth csc csch delay "
        "eq exponential factorial floor gamma geq gt implies laplace leq lognormal lt "
        "max min neq normal not or piecewise poisson power quotient rateOf rayleigh rem "
        "root sec sech truncatedNormal uniform xor",
        name);
}

bool osw_builtin_constant(const char *name, double *value)
{
    bool pi = !strcmp(name, "pi"), e = !strcmp(name, "exponentiale");
    if (pi || e)
        *value = pi ? M_PI : M_E;
    return pi || e;
}

bool osw_keyword_is_absent(const char *name)
{
    return is_word("DNA after at constraint delete event ext formula gene maximize "
                   "minimize operator priority reaction substanceOnly",
                   name);
}

bool osw_name_is_refused(const char *name)
{
    return osw_builtin_find(name) || osw_builtin_is_absent(name) ||
           osw_keyword_is_absent(name) ||
           is_word("INF NAN NaN True TRUE area avogadro compartment const divide end "
                   "exponentiale extent false function has import in inf infinity is "
                   "length minus model module nan notanumber pi plus species substance "
                   "time time_unit times true unit var volume False FALSE",
                   name);
}
