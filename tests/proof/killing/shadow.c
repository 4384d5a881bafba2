/* Keeps beside a folder what a disk would hold of it after power loss: what was synced, nothing else.
 *
 * Preloaded into a server. SHADOW_OF names the folder, SHADOW where to keep: bytes/<inode> is a file
 * as it was at its last sync, folders/<inode> the path and the entries of a folder at its last sync,
 * log one line a sync: nanoseconds (monotonic), path. Both are replaced whole, so that a kill in the
 * middle leaves the sync before. A file is read through the handle it was synced by where that can
 * read: opening and closing it anew would drop SQLite's locks.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static char bytes[1 << 16];

static void keep_file(int fd, FILE *out) {
    int from = fd;
    char path[64];
    if ((fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY) {
        snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
        from = open(path, O_RDONLY | O_CLOEXEC);
    }
    off_t at = 0;
    for (ssize_t got; (got = pread(from, bytes, sizeof bytes, at)) > 0; at += got)
        fwrite(bytes, 1, (size_t)got, out);
    if (from != fd)
        close(from);
}

static void keep_folder(const char *path, FILE *out) {
    fprintf(out, "%s\n", path);
    DIR *folder = opendir(path);
    for (struct dirent *entry; folder && (entry = readdir(folder));)
        if (entry->d_name[0] != '.')
            fprintf(out, "%lu %c %s\n", (unsigned long)entry->d_ino,
                    entry->d_type == DT_DIR ? 'd' : 'f', entry->d_name);
    if (folder)
        closedir(folder);
}

static void keep(int fd) {
    const char *of = getenv("SHADOW_OF"), *to = getenv("SHADOW");
    char path[4096], link[64], place[4096], fresh[4096];
    struct stat about;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (!of || !to || length < 0 || fstat(fd, &about))
        return;
    path[length] = 0;
    if (strncmp(path, of, strlen(of)))
        return;
    snprintf(place, sizeof place, "%s/lock", to);
    int turn = open(place, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
    flock(turn, LOCK_EX);
    const char *kind = S_ISDIR(about.st_mode) ? "folders" : "bytes";
    snprintf(place, sizeof place, "%s/%s/%lu", to, kind, (unsigned long)about.st_ino);
    snprintf(fresh, sizeof fresh, "%s/fresh", to);
    FILE *out = fopen(fresh, "we");
    if (S_ISDIR(about.st_mode))
        keep_folder(path, out);
    else
        keep_file(fd, out);
    fclose(out);
    rename(fresh, place);
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(place, sizeof place, "%s/log", to);
    FILE *log = fopen(place, "ae");
    fprintf(log, "%lld %s\n", now.tv_sec * 1000000000LL + now.tv_nsec, path);
    fclose(log);
    close(turn);
}

static int synced(const char *name, int fd) {
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int failed = real(fd);
    if (!failed)
        keep(fd);
    return failed;
}

int fsync(int fd) { return synced("fsync", fd); }
int fdatasync(int fd) { return synced("fdatasync", fd); }
