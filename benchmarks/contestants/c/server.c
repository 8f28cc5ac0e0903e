// server STYLE PROTOCOL SCENARIO ADDRESS: says its port, and serves until its standard input ends.
// A blocking one has one client at a time.
#include "contestant.h"
#include <pthread.h>

static const char response[] =
    "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 13\r\n\r\nHello, World!";

// False when it is time to close. What has arrived is in buffer.
typedef bool serve_function(int fd, const char *buffer, ssize_t count);

// Small answers always fit into the send buffer.
static bool send_all(int fd, const char *bytes, size_t count)
{
    return send(fd, bytes, count, MSG_NOSIGNAL) == (ssize_t)count;
}

static bool sink(int fd, const char *buffer, ssize_t count)
{
    (void)fd, (void)buffer, (void)count;
    return true;
}

static bool echo(int fd, const char *buffer, ssize_t count)
{
    return send_all(fd, buffer, count);
}

// Requests are small and come one by one, so each is one read.
static bool http(int fd, const char *buffer, ssize_t count)
{
    bool closes = memmem(buffer, count, "Connection: close", 17) != NULL;
    return send_all(fd, response, sizeof response - 1) && !closes;
}

static int listen_at(const char *address, int protocol, int flags)
{
    struct sockaddr_in local = to_address(address, 0);
    socklen_t length = sizeof local;
    int listener = check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, protocol), "socket");
    check(bind(listener, (struct sockaddr *)&local, sizeof local), "bind");
    check(listen(listener, 65535), "listen");
    check(getsockname(listener, (struct sockaddr *)&local, &length), "getsockname");
    printf("%d\n", ntohs(local.sin_port));
    fflush(stdout);
    return listener;
}

static void serve_blocking(int listener, serve_function *serve, bool no_delay)
{
    static char buffer[BLOCK];
    for (;;) {
        int fd = check(accept4(listener, NULL, NULL, SOCK_CLOEXEC), "accept");
        if (no_delay)
            set_no_delay(fd);

        ssize_t count;
        while ((count = recv(fd, buffer, sizeof buffer, 0)) > 0 && serve(fd, buffer, count))
            ;
        close(fd);
    }
}

/* Not all that wait: if clients come as fast as they are accepted, none would be read and closed, until there are no descriptors. */
static void accept_some(int listener, int epoll, bool no_delay)
{
    for (int i = 0; i < 64; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd < 0) {
            if (errno != EAGAIN)
                fail("accept");

            return;
        }

        if (no_delay)
            set_no_delay(fd);

        struct epoll_event event = { .events = EPOLLIN, .data.fd = fd };
        check(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
    }
}

static void receive(int fd, serve_function *serve)
{
    static char buffer[BLOCK];
    ssize_t count = recv(fd, buffer, sizeof buffer, 0);
    if (count < 0 && errno == EAGAIN)
        return;

    if (count <= 0 || !serve(fd, buffer, count))
        close(fd);
}

static void serve_epoll(int listener, serve_function *serve, bool no_delay)
{
    enum { MOST = 256 };
    struct epoll_event events[MOST], event = { .events = EPOLLIN, .data.fd = listener };
    int epoll = check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    check(epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &event), "epoll_ctl");
    for (;;) {
        int count = check(epoll_wait(epoll, events, MOST, -1), "epoll_wait");
        for (int i = 0; i < count; i++) {
            if (events[i].data.fd == listener)
                accept_some(listener, epoll, no_delay);
            else
                receive(events[i].data.fd, serve);
        }
    }
}

static void *await_end(void *unused)
{
    while (getchar() != EOF)
        ;
    exit(0);
    return unused;
}

int main(int argc, char **argv)
{
    if (argc != 5) {
        fprintf(stderr, "server blocking|epoll PROTOCOL sink|echo|http ADDRESS\n");
        return 2;
    }

    bool epoll = is_epoll(argv[1]);
    const char *scenario = argv[3];
    serve_function *serve = strcmp(scenario, "echo") == 0 ? echo : strcmp(scenario, "http") == 0 ? http : sink;
    bool no_delay = serve != sink;
    pthread_t thread;

    raise_descriptor_limit();
    pthread_create(&thread, NULL, await_end, NULL);
    int listener = listen_at(argv[4], atoi(argv[2]), epoll ? SOCK_NONBLOCK : 0);
    (epoll ? serve_epoll : serve_blocking)(listener, serve, no_delay);
}
