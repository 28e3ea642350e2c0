/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One row of lanes: the number type of generated code and its elementary functions. The
 * build of a generated file chooses the width; complex and long double builds of the same
 * text serve tests as exact-derivative and high-precision references. */
#ifndef OSW_NUMERICS_LANES_H
#define OSW_NUMERICS_LANES_H

typedef double osw_lane;

#endif
