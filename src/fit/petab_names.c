/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * AMICI writes C++ in which a model's names are macros: one that its own code or the
 * language uses breaks it. */
#include "fit/petab_names.h"

#include <string.h>

static bool is_taken(const char *name)
{
    static const char words[] =
        /* variables, arguments and members of AMICI's code */
        " x x0 x0_fixedParameters sx sx0 sx0_fixedParameters x_rdata x_solver x_old xdot "
        "xdot_old dx dxdotdp dxdotdw dxdotdx w dwdx dwdp dwdw w_ p k t h y z rz my mz ip "
        "iy iz ie np nx ny nk nw tcl total_cl dtotal_cldp dtotal_cldx_rdata stau root "
        "deltax deltasx deltaxB deltaqB qBdot xB dJydy dJydsigma dJydp dydx dydp sigmay "
        "sigmaz sigma_y dsigmaydp dsigmaydy dzdx drzdx dzdp Jy Jz Jrz JSparse spl sspl "
        "spline_values reinitialization_state_idxs realtype model solver amici std "
        "gsl NULL INFINITY NAN M_PI "
        /* the language */
        "alignas alignof and and_eq asm auto bitand bitor bool break case catch char "
        "class compl concept const constexpr const_cast continue decltype default "
        "delete do double dynamic_cast else enum explicit export extern false float for "
        "friend goto if inline int long mutable namespace new noexcept not not_eq "
        "nullptr operator or or_eq private protected public register reinterpret_cast "
        "requires return short signed sizeof static static_assert static_cast struct "
        "switch template this thread_local throw true try typedef typeid typename union "
        "unsigned using virtual void volatile wchar_t while xor xor_eq ";
    size_t len = strlen(name);
    for (const char *at = words; (at = strstr(at, name)); at++)
        if (at[-1] == ' ' && at[len] == ' ')
            return true;
    return false;
}

const char *osw_petab_names_id(const struct osw_source *source, const char *name,
                               struct osw_arena *arena)
{
    const char *id = name;
    while (id && (is_taken(id) || (id != name && osw_source_find(source, id) >= 0)))
        id = osw_arena_format(arena, "%s_", id);
    return id;
}
