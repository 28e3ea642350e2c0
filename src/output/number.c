/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Below every quantity of interest, far below any tolerance: a smooth step's foot. */
static const double negligible = 1e-15;

/* Decimals that leave four significant digits, after rounding: 9.99996 is 10.00. */
static int decimals(double magnitude)
{
    char rounded[32];
    snprintf(rounded, sizeof rounded, "%.3e", magnitude);
    int exponent = (int)floor(log10(strtod(rounded, NULL)));
    return exponent >= 3 ? 0 : 3 - exponent;
}

const char *osw_number_format(double value, char *buf, size_t size)
{
    double magnitude = fabs(value);
    if (isnan(value))
        snprintf(buf, size, "-");
    else if (magnitude < negligible)
        snprintf(buf, size, "0");
    else if (magnitude < 0.99995e-3 || magnitude >= 99999.5)
        snprintf(buf, size, "%.3g", value);
    else
        snprintf(buf, size, "%.*f", decimals(magnitude), value);
    return buf;
}

int osw_number_width(const char *text)
{
    int width = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        width += (*p & 0xc0) != 0x80;
    return width;
}
