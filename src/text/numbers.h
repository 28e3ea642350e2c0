/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Plain matrices of numbers, as numpy.savetxt writes them: one row a line, columns apart
 * by blanks or commas, '#' starts a comment; "nan" is a value that is not there. */
#ifndef OSW_TEXT_NUMBERS_H
#define OSW_TEXT_NUMBERS_H

#include "text/file.h"
#include <stdint.h>

struct osw_numbers {
    int64_t n_rows, n_columns;
    const double *values; /* [n_rows][n_columns] */
};

/* OSW_ERR_INPUT with file and line when a word is no number or rows differ in length. */
enum osw_status osw_numbers_read(const char *path, struct osw_arena *arena,
                                 struct osw_diag *diag,
                                 struct osw_numbers *numbers) OSW_MUST_CHECK;

#endif
