/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct osw_crumb {
    volatile int64_t *member; /* mapped */
    char path[4096];
};

static void host_name(char *text, size_t size)
{
    if (gethostname(text, size) != 0)
        strcpy(text, "host");
    text[size - 1] = '\0';
}

enum osw_status osw_crumb_create(const struct osw_sweep *sweep, int thread,
                                 struct osw_diag *diag, struct osw_crumb **crumb)
{
    char host[128];
    const int64_t none = -1;
    struct osw_crumb *c = osw_alloc(1, sizeof *c);
    if (!c)
        return OSW_ERR_MEMORY;
    host_name(host, sizeof host);
    snprintf(c->path, sizeof c->path, "%s/crumbs/%s.%ld.%d", sweep->dir, host,
             (long)getpid(), thread);
    int fd = open(c->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    void *map = MAP_FAILED;
    if (fd >= 0 && write(fd, &none, sizeof none) == (ssize_t)sizeof none)
        map = mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (map != MAP_FAILED) {
        c->member = map;
        *crumb = c;
        return OSW_OK;
    }
    enum osw_status status = osw_diag_fail(
        diag, OSW_ERR_IO, (struct osw_loc){.file = osw_diag_file(diag, c->path)},
        "cannot write: %s", strerror(error));
    unlink(c->path);
    osw_free(c);
    return status;
}

void osw_crumb_set(struct osw_crumb *crumb, int64_t member)
{
    *crumb->member = member;
}

void osw_crumb_destroy(struct osw_crumb *crumb)
{
    if (!crumb)
        return;
    munmap((void *)crumb->member, sizeof *crumb->member);
    unlink(crumb->path);
    osw_free(crumb);
}

/* Is this crumb of a process of this host that is no more? */
static bool abandoned(const char *name, const char *host)
{
    size_t len = strlen(host);
    if (strncmp(name, host, len) != 0 || name[len] != '.')
        return false;
    long pid = strtol(name + len + 1, NULL, 10);
    return pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

static void write_down(const struct osw_sweep *sweep, const char *name)
{
    char path[4096], list[4096];
    int64_t member = -1;
    snprintf(path, sizeof path, "%s/crumbs/%s", sweep->dir, name);
    snprintf(list, sizeof list, "%s/crashes.txt", sweep->dir);
    FILE *crumb = fopen(path, "re");
    bool read = crumb && fread(&member, sizeof member, 1, crumb) == 1;
    if (crumb)
        fclose(crumb);
    FILE *out = read && member >= 0 ? fopen(list, "ae") : NULL;
    if (out) {
        fprintf(out, "%lld\n", (long long)member);
        fclose(out);
    }
    unlink(path);
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static enum osw_status read_list(const struct osw_sweep *sweep, int64_t **all, size_t *n)
{
    char path[4096];
    long long member;
    enum osw_status status = OSW_OK;
    snprintf(path, sizeof path, "%s/crashes.txt", sweep->dir);
    FILE *in = fopen(path, "re");
    while (in && !status && fscanf(in, "%lld", &member) == 1) {
        void *grown = *all;
        status = osw_grow(&grown, *n, *n + 1, sizeof **all);
        if (!status) {
            *all = grown;
            (*all)[(*n)++] = member;
        }
    }
    if (in)
        fclose(in);
    return status;
}

enum osw_status osw_crumb_collect(const struct osw_sweep *sweep, struct osw_diag *diag,
                                  int64_t **members, size_t *n)
{
    char path[4096], host[128];
    host_name(host, sizeof host);
    snprintf(path, sizeof path, "%s/crumbs", sweep->dir);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (abandoned(entry->d_name, host))
            write_down(sweep, entry->d_name);
    if (folder)
        closedir(folder);
    int64_t *all = NULL;
    size_t found = 0, kept = 0;
    enum osw_status status = read_list(sweep, &all, &found);
    if (status) {
        osw_free(all);
        return status;
    }
    if (found)
        qsort(all, found, sizeof *all, by_number);
    for (size_t i = 1; i < found; i++)
        if (all[i] == all[i - 1] && (!kept || all[kept - 1] != all[i]))
            all[kept++] = all[i];
    for (size_t i = 0; i < kept; i++)
        osw_diag_add(diag, OSW_WARNING, (struct osw_loc){0},
                     "member %lld ended the process twice and is not run again",
                     (long long)all[i]);
    *members = all;
    *n = kept;
    return OSW_OK;
}
