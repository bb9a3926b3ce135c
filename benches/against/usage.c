/* Runs a command several times and writes what it used to a file.
 *
 *     cc -O2 usage.c -o usage && ./usage FILE RUNS LIMIT COMMAND [ARGUMENT...]
 *
 * The file gets one line: seconds on the clock, seconds of processor time (user and system), both
 * of one run as the mean of all runs, and the peak of the memory in KiB. A run that takes more than
 * LIMIT seconds of processor time is ended. If a run fails, the exit code is 1, or 124 if it took
 * too long.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double clock_seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec + now.tv_nsec / 1e9;
}

static double seconds(struct timeval time) {
    return time.tv_sec + time.tv_usec / 1e6;
}

int main(int count, char **arguments) {
    if (count < 5) return fputs("wanted: FILE RUNS LIMIT COMMAND [ARGUMENT...]\n", stderr), 2;
    int runs = atoi(arguments[2]), limit = atoi(arguments[3]);
    /* Each run inherits the limit, and its own time counts. */
    struct rlimit most = {limit, limit + 1};
    if (setrlimit(RLIMIT_CPU, &most)) return perror("setrlimit"), 1;
    double start = clock_seconds();
    for (int run = 0; run < runs; run++) {
        int status;
        pid_t child = vfork();
        if (child < 0) return perror("vfork"), 1;
        if (!child) {
            execvp(arguments[4], arguments + 4);
            _exit(127);
        }
        if (waitpid(child, &status, 0) != child) return perror("waitpid"), 1;
        if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU) return 124;
        if (!WIFEXITED(status) || WEXITSTATUS(status)) return 1;
    }
    double clock = clock_seconds() - start;
    struct rusage used;
    getrusage(RUSAGE_CHILDREN, &used);
    FILE *out = fopen(arguments[1], "w");
    if (!out) return perror(arguments[1]), 1;
    fprintf(out, "%.9f %.9f %ld\n", clock / runs, (seconds(used.ru_utime) + seconds(used.ru_stime)) / runs,
            used.ru_maxrss);
    return fclose(out) != 0;
}
