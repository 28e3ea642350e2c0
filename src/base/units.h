/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Units of measurement: the fence around UDUNITS-2. The unit system is built in the
 * program (base and derived SI units, the clinic's units, and ours: year = 365.25 day,
 * month = year/12, Agatston and IU as named dimensionless units, mM uM nM pM), so that
 * no XML file is needed at run time and start-up stays fast.
 * A unit belongs to its system and lives as long. Not thread-safe: one system a thread.
 */
#ifndef OSW_BASE_UNITS_H
#define OSW_BASE_UNITS_H

#include "base/status.h"
#include <stdbool.h>
#include <stddef.h>

struct osw_units;
struct osw_unit;

struct osw_units *osw_units_create(void) OSW_MUST_CHECK;
void osw_units_destroy(struct osw_units *system);

/* Parse UDUNITS syntax ("mmol/L", "1/d", "ug.mg-1", "1"). NULL when not a unit. */
const struct osw_unit *osw_units_parse(struct osw_units *system, const char *text);
const struct osw_unit *osw_units_one(struct osw_units *system);

/* Products and powers; NULL when out of memory (or, for root, not exact). */
const struct osw_unit *osw_unit_multiply(const struct osw_unit *a,
                                         const struct osw_unit *b);
const struct osw_unit *osw_unit_divide(const struct osw_unit *a,
                                       const struct osw_unit *b);
const struct osw_unit *osw_unit_power(const struct osw_unit *a, int power);
const struct osw_unit *osw_unit_root(const struct osw_unit *a, int root);
const struct osw_unit *osw_unit_scale(double factor, const struct osw_unit *a);

/* Same dimension? Same dimension and size (to 1e-12)? Dimensionless and of size 1? */
bool osw_unit_convertible(const struct osw_unit *a, const struct osw_unit *b);
bool osw_unit_equal(const struct osw_unit *a, const struct osw_unit *b);
bool osw_unit_is_one(const struct osw_unit *a);

/* value in `from` expressed in `to`; both must be convertible. */
double osw_unit_convert(double value, const struct osw_unit *from,
                        const struct osw_unit *to);

/* Decomposition: a = factor * prod base_k^exponent_k. Base units in the order kilogram,
 * metre, second, mole, ampere, kelvin, candela. */
enum { OSW_N_BASE_UNITS = 7 };
void osw_unit_si(const struct osw_unit *a, double *factor,
                 int exponent[OSW_N_BASE_UNITS]);

/* A short text in base units, e.g. "mol m-3"; returns buf. */
const char *osw_unit_format(const struct osw_unit *a, char *buf, size_t size);

/* As the clinic writes it where it does ("mg/L" for 0.001 gram/litre, "1/d"), else in
 * base units. osw_units_parse reads both back. Returns buf. */
const char *osw_unit_words(struct osw_units *system, const struct osw_unit *unit,
                           char *buf, size_t size);

#endif
