/* Keeps what a power cut would leave: preloaded into a program, it copies each file below $TORTURE_BASE
 * to $TORTURE_SHADOW/files/INODE when the program makes sure of it with fsync or fdatasync, and on fsync
 * of a folder its names with their inodes to $TORTURE_SHADOW/folders/INODE. A link in links/ keeps an
 * inode's number from being given to another file. torture_power.py makes an image of it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static void fail(const char *what) {
    perror(what);
    abort();
}

/* The path below the base that fd is open on, or 0. */
static int below(int fd, char *path) {
    const char *base = getenv("TORTURE_BASE");
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (!base || length < 0) return 0;
    path[length] = 0;
    return !strncmp(path, base, strlen(base));
}

static void shadow(char *name, const char *kind, ino_t inode, const char *more) {
    snprintf(name, PATH_MAX, "%s/%s/%lu%s", getenv("TORTURE_SHADOW"), kind, (unsigned long)inode, more);
}

static void keep_number(const char *path, ino_t inode) {
    char name[PATH_MAX];
    shadow(name, "links", inode, "");
    if (link(path, name) && errno != EEXIST && errno != ENOENT) fail(name);
}

/* A new file beside the shadow, which takes its place whole. */
static int begin(const char *kind, ino_t inode, char *temporary) {
    char more[32];
    snprintf(more, sizeof more, ".%ld", (long)syscall(SYS_gettid));
    shadow(temporary, kind, inode, more);
    int out = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (out < 0) fail(temporary);
    return out;
}

static void finish(const char *kind, ino_t inode, int out, const char *temporary) {
    char name[PATH_MAX];
    shadow(name, kind, inode, "");
    if (close(out) || rename(temporary, name)) fail(name);
}

static void put(int out, const char *data, ssize_t length) {
    for (ssize_t done; length; data += done, length -= done)
        if ((done = write(out, data, length)) < 0) fail("write");
}

static void keep_file(int fd, const char *path, ino_t inode) {
    char temporary[PATH_MAX], block[1 << 16];
    /* The file's own descriptor where it reads: closing another would let go of SQLite's locks. */
    int mode = fcntl(fd, F_GETFL) & O_ACCMODE, in = mode == O_WRONLY ? open(path, O_RDONLY) : fd;
    if (in < 0) return;
    int out = begin("files", inode, temporary);
    off_t at = 0;
    for (ssize_t got; (got = pread(in, block, sizeof block, at)) > 0; at += got) put(out, block, got);
    finish("files", inode, out, temporary);
    if (in != fd) close(in);
    keep_number(path, inode);
}

static void keep_folder(const char *path, ino_t inode) {
    char temporary[PATH_MAX], inside[PATH_MAX + 256], line[512];
    DIR *folder = opendir(path);
    if (!folder) return;
    int out = begin("folders", inode, temporary);
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
        snprintf(inside, sizeof inside, "%s/%s", path, entry->d_name);
        struct stat facts;
        if (lstat(inside, &facts)) continue;
        if (S_ISREG(facts.st_mode)) keep_number(inside, facts.st_ino);
        int length = snprintf(line, sizeof line, "%c %lu %s\n", S_ISDIR(facts.st_mode) ? 'd' : 'f',
                              (unsigned long)facts.st_ino, entry->d_name);
        put(out, line, length);
    }
    closedir(folder);
    finish("folders", inode, out, temporary);
}

static int synced(const char *symbol, int fd) {
    int (*real)(int) = dlsym(RTLD_NEXT, symbol);
    int result = real(fd), before = errno;
    char path[PATH_MAX];
    struct stat facts;
    if (!result && below(fd, path) && !fstat(fd, &facts) && facts.st_nlink) {
        if (S_ISREG(facts.st_mode)) keep_file(fd, path, facts.st_ino);
        if (S_ISDIR(facts.st_mode)) keep_folder(path, facts.st_ino);
    }
    errno = before;
    return result;
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }

/* A new folder has no shadow, even where it has the inode of one that is gone. */
int mkdir(const char *path, mode_t mode) {
    int (*real)(const char *, mode_t) = dlsym(RTLD_NEXT, "mkdir");
    int result = real(path, mode), before = errno;
    struct stat facts;
    if (!result && getenv("TORTURE_BASE") && !lstat(path, &facts)) {
        char name[PATH_MAX];
        shadow(name, "folders", facts.st_ino, "");
        unlink(name);
    }
    errno = before;
    return result;
}
