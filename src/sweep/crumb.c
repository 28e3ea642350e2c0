/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweep/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct osw_crumb {
    volatile int64_t *members; /* [OSW_CRUMB_PLACES] mapped; -1: none */
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
    int64_t none[OSW_CRUMB_PLACES];
    struct osw_crumb *c = osw_alloc(1, sizeof *c);
    if (!c)
        return OSW_ERR_MEMORY;
    memset(none, 0xff, sizeof none);
    host_name(host, sizeof host);
    snprintf(c->path, sizeof c->path, "%s/crumbs/%s.%ld.%d", sweep->dir, host,
             (long)getpid(), thread);
    int fd = open(c->path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    void *map = MAP_FAILED;
    if (fd >= 0 && write(fd, none, sizeof none) == (ssize_t)sizeof none)
        map = mmap(NULL, sizeof none, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    int error = errno;
    if (fd >= 0)
        close(fd);
    if (map != MAP_FAILED) {
        c->members = map;
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

void osw_crumb_set(struct osw_crumb *crumb, int place, int64_t member)
{
    crumb->members[place] = member;
}

void osw_crumb_destroy(struct osw_crumb *crumb)
{
    if (!crumb)
        return;
    munmap((void *)crumb->members, OSW_CRUMB_PLACES * sizeof *crumb->members);
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

/* NULL with errno when it cannot be opened, or is a pipe, device or folder: one of those
 * would never end. */
static FILE *open_regular(const char *path, int flags, const char *mode)
{
    struct stat st;
    FILE *file = NULL;
    int fd = open(path, flags | O_CLOEXEC | O_NONBLOCK, 0666);
    if (fd < 0)
        return NULL;
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        errno = EINVAL;
    else
        file = fdopen(fd, mode);
    if (!file)
        close(fd);
    return file;
}

static bool is_member(const struct osw_sweep *sweep, int64_t member)
{
    return member >= 0 && member < sweep->n_members;
}

static void write_down(const struct osw_sweep *sweep, const char *name)
{
    char path[4096], list[4096];
    int64_t members[OSW_CRUMB_PLACES];
    int beside = -1;
    snprintf(path, sizeof path, "%s/crumbs/%s", sweep->dir, name);
    snprintf(list, sizeof list, "%s/crashes.txt", sweep->dir);
    FILE *crumb = open_regular(path, O_RDONLY, "r");
    bool read = crumb && fread(members, sizeof members, 1, crumb) == 1;
    if (crumb)
        fclose(crumb);
    for (int i = 0; read && i < OSW_CRUMB_PLACES; i++)
        beside += is_member(sweep, members[i]);
    FILE *out =
        beside >= 0 ? open_regular(list, O_WRONLY | O_APPEND | O_CREAT, "a") : NULL;
    for (int i = 0; out && i < OSW_CRUMB_PLACES; i++)
        if (is_member(sweep, members[i]))
            fprintf(out, "%lld %d\n", (long long)members[i], beside);
    if (out)
        fclose(out);
    unlink(path);
}

struct line {
    int64_t member, beside;
};

static int by_member(const void *a, const void *b)
{
    const struct line *x = a, *y = b;
    if (x->member != y->member)
        return x->member < y->member ? -1 : 1;
    return (x->beside > y->beside) - (x->beside < y->beside);
}

static enum osw_status add_line(struct line **all, size_t *n, struct line line)
{
    void *grown = *all;
    if ((*n & (*n - 1)) == 0) { /* full at each power of two */
        enum osw_status status = osw_grow(&grown, *n, *n ? 2 * *n : 1, sizeof **all);
        if (status)
            return status;
        *all = grown;
    }
    (*all)[(*n)++] = line;
    return OSW_OK;
}

/* A line cut short by a kill, or of no member, says nothing. */
static enum osw_status read_list(const struct osw_sweep *sweep, struct osw_diag *diag,
                                 struct line **all, size_t *n)
{
    char path[4096], text[80];
    enum osw_status status = OSW_OK;
    snprintf(path, sizeof path, "%s/crashes.txt", sweep->dir);
    FILE *in = open_regular(path, O_RDONLY, "r");
    if (!in && errno != ENOENT)
        return osw_diag_fail(diag, errno == EINVAL ? OSW_ERR_INPUT : OSW_ERR_IO,
                             (struct osw_loc){.file = osw_diag_file(diag, path)},
                             "cannot read: expected a list of members in a regular file");
    while (in && !status && fgets(text, sizeof text, in)) {
        long long member, beside = 0;
        if (sscanf(text, "%lld %lld", &member, &beside) >= 1 && is_member(sweep, member))
            status = add_line(all, n, (struct line){member, beside});
    }
    if (in)
        fclose(in);
    return status;
}

/* Lines of one member stand together, those in which it was alone first. */
static enum osw_status judge(const struct line *lines, size_t n,
                             struct osw_crashes *crashes)
{
    crashes->crashed = osw_alloc(n, sizeof *crashes->crashed);
    crashes->suspects = osw_alloc(n, sizeof *crashes->suspects);
    if (!crashes->crashed || !crashes->suspects)
        return OSW_ERR_MEMORY;
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && lines[end].member == lines[i].member;)
            end++;
        if (end - i > 1 && lines[i].beside == 0)
            crashes->crashed[crashes->n_crashed++] = lines[i].member;
        else
            crashes->suspects[crashes->n_suspects++] = lines[i].member;
    }
    return OSW_OK;
}

enum osw_status osw_crashes_collect(const struct osw_sweep *sweep, struct osw_diag *diag,
                                    struct osw_crashes *crashes)
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
    struct line *lines = NULL;
    size_t n = 0;
    *crashes = (struct osw_crashes){0};
    enum osw_status status = read_list(sweep, diag, &lines, &n);
    if (!status && n) {
        qsort(lines, n, sizeof *lines, by_member);
        status = judge(lines, n, crashes);
    }
    osw_free(lines);
    for (size_t i = 0; i < crashes->n_crashed; i++)
        osw_diag_add(diag, OSW_WARNING, (struct osw_loc){0},
                     "member %lld ended the process twice and is not run again",
                     (long long)crashes->crashed[i]);
    return status;
}

void osw_crashes_fini(struct osw_crashes *crashes)
{
    osw_free(crashes->crashed);
    osw_free(crashes->suspects);
    *crashes = (struct osw_crashes){0};
}

static int by_number(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

bool osw_crashes_has(const int64_t *members, size_t n, int64_t member)
{
    return n && bsearch(&member, members, n, sizeof member, by_number);
}
