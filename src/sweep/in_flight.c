/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Journals are DIR/in-flight/HOST.PID.THREAD; whether the process lives can be asked on
 * its own host only, so those of a lost node stay and accuse nobody. */
#include "sweep/in_flight.h"
#include "base/memory.h"
#include "sweep/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct osw_in_flight {
    volatile int64_t *members; /* [OSW_IN_FLIGHT_PLACES] mapped; -1: none */
    char path[4096];
};

static void host_name(char *text, size_t size)
{
    if (gethostname(text, size) != 0)
        strcpy(text, "host");
    text[size - 1] = '\0';
}

enum osw_status osw_in_flight_create(const struct osw_sweep *sweep, int thread,
                                     struct osw_diag *diag,
                                     struct osw_in_flight **journal)
{
    char host[128];
    int64_t none[OSW_IN_FLIGHT_PLACES];
    struct osw_in_flight *j = osw_alloc(1, sizeof *j);
    if (!j)
        return OSW_ERR_MEMORY;
    memset(none, 0xff, sizeof none);
    host_name(host, sizeof host);
    snprintf(j->path, sizeof j->path, "%s/in-flight/%s.%ld.%d", sweep->dir, host,
             (long)getpid(), thread);
    int fd = open(j->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    void *map = MAP_FAILED;
    if (fd >= 0 && write(fd, none, sizeof none) == (ssize_t)sizeof none)
        map = mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (map != MAP_FAILED) {
        j->members = map;
        *journal = j;
        return OSW_OK;
    }
    enum osw_status status = osw_diag_fail(
        diag, OSW_ERR_IO, (struct osw_loc){.file = osw_diag_file(diag, j->path)},
        "cannot write: %s", strerror(error));
    unlink(j->path);
    osw_free(j);
    return status;
}

void osw_in_flight_note(struct osw_in_flight *journal, int place, int64_t member)
{
    journal->members[place] = member;
}

void osw_in_flight_retire(struct osw_in_flight *journal)
{
    if (journal)
        unlink(journal->path);
}

void osw_in_flight_destroy(struct osw_in_flight *journal)
{
    if (!journal)
        return;
    munmap((void *)journal->members, OSW_IN_FLIGHT_PLACES * sizeof *journal->members);
    osw_in_flight_retire(journal);
    osw_free(journal);
}

static bool is_abandoned(const char *name, const char *host)
{
    size_t len = strlen(host);
    if (strncmp(name, host, len) != 0 || name[len] != '.')
        return false;
    long pid = strtol(name + len + 1, NULL, 10);
    return pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

/* Noted before the journal goes: a kill in between accuses twice, which does no harm. */
static void collect(const struct osw_sweep *sweep, const char *name)
{
    char path[4096], list[4096];
    int64_t members[OSW_IN_FLIGHT_PLACES];
    snprintf(path, sizeof path, "%s/in-flight/%s", sweep->dir, name);
    snprintf(list, sizeof list, "%s/suspects.txt", sweep->dir);
    FILE *journal = osw_folder_open_regular(path, O_RDONLY, "r");
    bool read = journal && fread(members, sizeof members, 1, journal) == 1;
    if (journal)
        fclose(journal);
    FILE *out =
        read ? osw_folder_open_regular(list, O_WRONLY | O_APPEND | O_CREAT, "a") : NULL;
    for (int i = 0; out && i < OSW_IN_FLIGHT_PLACES; i++)
        if (members[i] >= 0 && members[i] < sweep->n_members)
            fprintf(out, "%lld\n", (long long)members[i]);
    if (out)
        fclose(out);
    unlink(path);
}

void osw_in_flight_collect(const struct osw_sweep *sweep)
{
    char path[4096], host[128];
    host_name(host, sizeof host);
    snprintf(path, sizeof path, "%s/in-flight", sweep->dir);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (is_abandoned(entry->d_name, host))
            collect(sweep, entry->d_name);
    if (folder)
        closedir(folder);
}
