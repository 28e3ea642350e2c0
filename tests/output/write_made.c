/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * write_made FILE.h5: a result made by hand, for readers in other languages. */
#include "output/made.h"
#include "output/output.h"

int main(int argc, char **argv)
{
    struct made made;
    struct osw_diag *diag = osw_diag_create();
    const struct osw_provenance provenance = {"0.1.0", "abc123", "osteoswitch run x"};
    made_init(&made, 4);
    enum osw_status status =
        argc == 2 ? osw_hdf5_write(&made.result, &provenance, argv[1], true, diag)
                  : OSW_ERR_USAGE;
    osw_diag_render(diag, stderr, false);
    osw_diag_destroy(diag);
    made_fini(&made);
    return osw_status_exit_code(status);
}
