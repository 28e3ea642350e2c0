/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The models built into the program: one line each, X(name); models/<name>.ant is
 * compiled into a kernel returned by osw_kernel_<name>(), and wide ones returned by
 * osw_kernel_<name>_<isa>(). */
#ifndef OSW_MODEL_SHIPPED_H
#define OSW_MODEL_SHIPPED_H

#define OSW_SHIPPED_LIST(X) X(human) X(mouse) X(culture)

#endif
