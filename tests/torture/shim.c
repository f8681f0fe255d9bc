/* Preloaded into a program, it watches the calls that change something below $TORTURE_BASE.
 *
 * If $TORTURE_CALL is set, the call of that number fails with $TORTURE_ERRNO. If $TORTURE_EVER is set, so do
 * all later calls. If $TORTURE_ERRNO is 0, the process is killed before the call. The number of calls is
 * written to $TORTURE_TALLY.
 *
 * If $TORTURE_LOCKS is set, locking a file fails with that error, as where a file system has no locks.
 *
 * If $TORTURE_SHADOW is set, that folder keeps what survives a power cut. An fsync or fdatasync of a file keeps
 * its content as files/INODE, an fsync of a folder its names with their inodes as folders/INODE. A link in
 * links/ prevents that another file gets the inode's number. power.py makes images from the folder.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(result, name, ...) ((result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, #name))

static atomic_int calls;

__attribute__((destructor)) static void tally(void) {
    const char *path = getenv("TORTURE_TALLY");
    FILE *file = path ? fopen(path, "w") : NULL;
    if (!file) return;
    fprintf(file, "%d", calls);
    fclose(file);
}

static int is_below(const char *path) {
    const char *base = getenv("TORTURE_BASE");
    return base && !strncmp(path, base, strlen(base));
}

/* Whether the call that changes this absolute path fails. */
static int fails_at(const char *path) {
    const char *call = getenv("TORTURE_CALL");
    if (!call || !is_below(path)) return 0;
    int number = atomic_fetch_add(&calls, 1) + 1, chosen = atoi(call), error = atoi(getenv("TORTURE_ERRNO"));
    if (number < chosen || (number > chosen && !getenv("TORTURE_EVER"))) return 0;
    if (!error) kill(getpid(), SIGKILL);
    errno = error;
    return 1;
}

/* Writes the path that fd is open on; 0 if it has none. */
static int path_of(int fd, char *path) {
    char link[64];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    errno = before;
    if (length < 0) return 0;
    path[length] = 0;
    return 1;
}

static int fails(int fd) {
    char path[PATH_MAX];
    return path_of(fd, path) && fails_at(path);
}

static void check(int failed, const char *what) {
    if (!failed) return;
    perror(what);
    abort();
}

static void shadow(char *name, const char *kind, ino_t inode, long part) {
    int end = snprintf(name, PATH_MAX, "%s/%s/%lu", getenv("TORTURE_SHADOW"), kind, (unsigned long)inode);
    if (part) snprintf(name + end, PATH_MAX - end, ".%ld", part);
}

static void keep_number(const char *path, ino_t inode) {
    char name[PATH_MAX];
    shadow(name, "links", inode, 0);
    check(REAL(int, link, const char *, const char *)(path, name) && errno != EEXIST && errno != ENOENT, name);
}

/* Copies a file, or a folder's names, to a new file that then takes the shadow's place whole. */
static void keep(int fd, const char *path, const struct stat *facts) {
    char name[PATH_MAX], part[PATH_MAX], inside[PATH_MAX + 256];
    const char *kind = S_ISDIR(facts->st_mode) ? "folders" : "files";
    shadow(name, kind, facts->st_ino, 0);
    shadow(part, kind, facts->st_ino, syscall(SYS_gettid));
    FILE *out = fopen(part, "w");
    check(!out, part);
    if (S_ISDIR(facts->st_mode)) {
        DIR *folder = opendir(path);
        for (struct dirent *entry; folder && (entry = readdir(folder));) {
            struct stat found;
            snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
            if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..") || lstat(inside, &found)) continue;
            if (S_ISREG(found.st_mode)) keep_number(inside, found.st_ino);
            char letter = S_ISDIR(found.st_mode) ? 'd' : 'f';
            fprintf(out, "%c %lu %s\n", letter, (unsigned long)found.st_ino, entry->d_name);
        }
        if (folder) closedir(folder);
    } else {
        /* Reads from the file's own descriptor if it can: closing another would release SQLite's locks. */
        char block[1 << 16];
        int writes_only = (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY, in = writes_only ? open(path, O_RDONLY) : fd;
        off_t at = 0;
        for (ssize_t got; (got = pread(in, block, sizeof block, at)) > 0; at += got)
            check(fwrite(block, 1, got, out) != (size_t)got, part);
        if (in != fd && in >= 0) close(in);
        keep_number(path, facts->st_ino);
    }
    check(fclose(out) || REAL(int, rename, const char *, const char *)(part, name), name);
}

static int synced(int result, int fd) {
    char path[PATH_MAX];
    struct stat facts;
    int before = errno;
    if (!result && getenv("TORTURE_SHADOW") && path_of(fd, path) && is_below(path) && !fstat(fd, &facts)
        && facts.st_nlink && (S_ISREG(facts.st_mode) || S_ISDIR(facts.st_mode)))
        keep(fd, path, &facts);
    errno = before;
    return result;
}

#define FAILING(result, name, parameters, arguments)                                   \
    result name parameters {                                                           \
        return fails(fd) ? -1 : ((result(*) parameters)dlsym(RTLD_NEXT, #name)) arguments; \
    }
FAILING(ssize_t, write, (int fd, const void *data, size_t size), (fd, data, size))
FAILING(ssize_t, writev, (int fd, const struct iovec *parts, int count), (fd, parts, count))
FAILING(ssize_t, pwrite, (int fd, const void *data, size_t size, off_t at), (fd, data, size, at))
FAILING(ssize_t, pwrite64, (int fd, const void *data, size_t size, off64_t at), (fd, data, size, at))
FAILING(int, ftruncate, (int fd, off_t size), (fd, size))
FAILING(int, ftruncate64, (int fd, off64_t size), (fd, size))

int fsync(int fd) { return fails(fd) ? -1 : synced(REAL(int, fsync, int)(fd), fd); }
int fdatasync(int fd) { return fails(fd) ? -1 : synced(REAL(int, fdatasync, int)(fd), fd); }
int rename(const char *from, const char *to) {
    return fails_at(to) ? -1 : REAL(int, rename, const char *, const char *)(from, to);
}
int link(const char *from, const char *to) {
    return fails_at(to) ? -1 : REAL(int, link, const char *, const char *)(from, to);
}

/* On a full disk, files can still be deleted. */
int unlink(const char *path) {
    const char *error = getenv("TORTURE_ERRNO");
    int full = error && (atoi(error) == ENOSPC || atoi(error) == EDQUOT);
    return !full && fails_at(path) ? -1 : REAL(int, unlink, const char *)(path);
}

/* A new folder has no shadow, even if it got the inode of a deleted one. */
int mkdir(const char *path, mode_t mode) {
    int result = REAL(int, mkdir, const char *, mode_t)(path, mode), before = errno;
    struct stat facts;
    if (!result && getenv("TORTURE_SHADOW") && !lstat(path, &facts)) {
        char name[PATH_MAX];
        shadow(name, "folders", facts.st_ino, 0);
        REAL(int, unlink, const char *)(name);
    }
    errno = before;
    return result;
}

static int locks_fail(int fd) {
    const char *error = getenv("TORTURE_LOCKS");
    char path[PATH_MAX];
    if (!error || !path_of(fd, path) || !is_below(path)) return 0;
    errno = atoi(error);
    return 1;
}

#define LOCKING(name)                                                                     \
    int name(int fd, int how, ...) {                                                      \
        va_list more;                                                                     \
        va_start(more, how);                                                              \
        void *argument = va_arg(more, void *);                                            \
        va_end(more);                                                                     \
        int locks = how == F_SETLK || how == F_SETLKW || how == F_GETLK;                  \
        return locks && locks_fail(fd) ? -1 : REAL(int, name, int, int, ...)(fd, how, argument); \
    }
LOCKING(fcntl)
LOCKING(fcntl64)
int flock(int fd, int how) { return locks_fail(fd) ? -1 : REAL(int, flock, int, int)(fd, how); }
