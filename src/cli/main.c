/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * osteoswitch: a mechanistic simulator of vascular calcification. */
#include "cli/command.h"

int main(int argc, char **argv)
{
    return osw_main(argc, argv, NULL);
}
