/* Preloaded into a program, it lets a call fail that changes something below $TORTURE_BASE: the one of
 * number $TORTURE_CALL with $TORTURE_ERRNO, and where $TORTURE_EVER is set every later one, too. Where
 * that error is 0, the process is killed before the call. How many there were goes to $TORTURE_TALLY.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

static atomic_int calls;

__attribute__((destructor)) static void tally(void) {
    const char *path = getenv("TORTURE_TALLY");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%d", calls);
    fclose(file);
}

/* Of a path from the root. A full disk lets files go. */
static int fails_at(const char *path) {
    const char *base = getenv("TORTURE_BASE"), *call = getenv("TORTURE_CALL");
    if (!base || !call || strncmp(path, base, strlen(base))) return 0;
    int number = atomic_fetch_add(&calls, 1) + 1, chosen = atoi(call);
    if (number < chosen || (number > chosen && !getenv("TORTURE_EVER"))) return 0;
    if (!atoi(getenv("TORTURE_ERRNO"))) kill(getpid(), SIGKILL);
    errno = atoi(getenv("TORTURE_ERRNO"));
    return 1;
}

static int fails(int fd) {
    char link[64], path[PATH_MAX];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0) return 0;
    path[length] = 0;
    return fails_at(path);
}

#define FAILING(result, name, parameters, arguments)                \
    result name parameters {                                        \
        result(*real) parameters = dlsym(RTLD_NEXT, #name);         \
        return fails(fd) ? -1 : real arguments;                     \
    }

#define FAILING_AT(name, path, parameters, arguments)               \
    int name parameters {                                           \
        int(*real) parameters = dlsym(RTLD_NEXT, #name);            \
        return fails_at(path) ? -1 : real arguments;                \
    }

FAILING(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))
FAILING(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
FAILING(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
FAILING(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
FAILING(int, ftruncate, (int fd, off_t size), (fd, size))
FAILING(int, ftruncate64, (int fd, off64_t size), (fd, size))
FAILING(int, fsync, (int fd), (fd))
FAILING(int, fdatasync, (int fd), (fd))
FAILING_AT(rename, to, (const char *from, const char *to), (from, to))
FAILING_AT(link, to, (const char *from, const char *to), (from, to))

int unlink(const char *path) {
    int(*real)(const char *) = dlsym(RTLD_NEXT, "unlink");
    const char *error = getenv("TORTURE_ERRNO");
    int full = error && (atoi(error) == ENOSPC || atoi(error) == EDQUOT);
    return !full && fails_at(path) ? -1 : real(path);
}
