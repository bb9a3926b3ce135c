/* The least that a server can do: one thread, one epoll, and the same answer to whatever asks.
 *
 *     cc -O2 epoll.c -o epoll && ./epoll ANSWER      serves the file's bytes, head and body
 *
 * It prints its port. It does not read a request beyond looking for its end, knows no path, no
 * header, no limit and no time, and closes nothing by itself.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MOST = 4096 };

static char *answer;
static size_t length;
/* What of the answer is still to be sent on each connection; 0 where none is. */
static size_t left[MOST];

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void watch(int epoll, int connection, int change, unsigned events) {
    struct epoll_event event = {.events = events, .data.fd = connection};
    if (epoll_ctl(epoll, change, connection, &event)) fail("epoll_ctl");
}

/* Sends what goes now of an answer, and waits for what is to be waited for. */
static void send_answer(int epoll, int connection, int waits) {
    while (left[connection]) {
        ssize_t sent = send(connection, answer + length - left[connection], left[connection], MSG_NOSIGNAL);
        if (sent < 0 && errno == EAGAIN) {
            if (!waits) watch(epoll, connection, EPOLL_CTL_MOD, EPOLLOUT);
            return;
        }
        if (sent < 0) {
            close(connection);
            return;
        }
        left[connection] -= sent;
    }
    if (waits) watch(epoll, connection, EPOLL_CTL_MOD, EPOLLIN);
}

static void serve(int epoll, int connection, unsigned events) {
    char request[4096];
    if (events & EPOLLOUT) {
        send_answer(epoll, connection, 1);
        return;
    }
    ssize_t got = read(connection, request, sizeof request);
    if (got == 0 || (got < 0 && errno != EAGAIN)) {
        close(connection);
        return;
    }
    if (got < 4 || memcmp(request + got - 4, "\r\n\r\n", 4)) return;
    left[connection] = length;
    send_answer(epoll, connection, 0);
}

int main(int count, char **arguments) {
    FILE *file = count == 2 ? fopen(arguments[1], "rb") : NULL;
    struct stat status;
    if (!file || fstat(fileno(file), &status)) fail("the answer");
    length = status.st_size;
    answer = malloc(length);
    if (!answer || fread(answer, 1, length, file) != length) fail("the answer");
    fclose(file);

    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 512)) fail("listen");
    getsockname(listener, (struct sockaddr *)&address, &size);
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);

    int epoll = epoll_create1(0);
    watch(epoll, listener, EPOLL_CTL_ADD, EPOLLIN);
    for (;;) {
        struct epoll_event events[64];
        int ready = epoll_wait(epoll, events, 64, -1);
        for (int index = 0; index < ready; index++) {
            int connection = events[index].data.fd;
            if (connection != listener) {
                serve(epoll, connection, events[index].events);
                continue;
            }
            int one = 1;
            connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK);
            if (connection < 0) continue;
            if (connection >= MOST) {
                close(connection);
                continue;
            }
            left[connection] = 0;
            setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
            watch(epoll, connection, EPOLL_CTL_ADD, EPOLLIN);
        }
    }
}
