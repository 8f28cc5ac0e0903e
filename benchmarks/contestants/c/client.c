// client STYLE PROTOCOL SCENARIO ADDRESS PORT WARMUP MEASURED: does one thing again and again, for so many seconds, says "begin" after the warm-up,
// and in the end a line of JSON: how often, in how many seconds. Each further line of its standard input asks for the same once more.
#include "contestant.h"
#include "ask.h"
#include <time.h>

static bool use_epoll;
static int protocol, epoll_fd;
static struct sockaddr_in server;
static double warm_up, measured;

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

// The clock of a run: false once it is over.
static double begun, ends;
static long counted;

static void start_clock(void)
{
    begun = 0;
    ends = now() + warm_up;
}

static bool goes_on(long count)
{
    double time = now();
    if (time < ends) {
        counted += count;
        return true;
    }

    if (begun == 0)
        printf("begin\n");
    else
        printf("{\"operations\": %ld, \"seconds\": %.9f}\n", counted + count, time - begun);

    fflush(stdout);
    char line[8];
    if (begun != 0 && fgets(line, sizeof line, stdin) == NULL)
        return false;

    begun = now();
    ends = begun + measured;
    counted = 0;
    return true;
}

static void wait_for(uint32_t events)
{
    struct epoll_event event;
    do
        check(epoll_wait(epoll_fd, &event, 1, -1), "epoll_wait");
    while (!(event.events & (events | EPOLLERR | EPOLLHUP)));
}

static int open_socket(void)
{
    return check(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | (use_epoll ? SOCK_NONBLOCK : 0), protocol), "socket");
}

static void begin_connect(int fd)
{
    if (connect(fd, (struct sockaddr *)&server, sizeof server) < 0 && errno != EINPROGRESS)
        fail("connect");

    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.fd = fd };
    check(epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event), "epoll_ctl");
}

static int connect_to_server(void)
{
    int fd = open_socket();
    if (!use_epoll) {
        check(connect(fd, (struct sockaddr *)&server, sizeof server), "connect");
        return fd;
    }

    int error;
    socklen_t length = sizeof error;
    begin_connect(fd);
    wait_for(EPOLLOUT);
    check(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length), "getsockopt");
    if ((errno = error) != 0)
        fail("connect");

    return fd;
}

static ssize_t send_some(int fd, const char *bytes, size_t count)
{
    ssize_t sent;
    while ((sent = send(fd, bytes, count, MSG_NOSIGNAL)) < 0) {
        if (errno != EAGAIN)
            fail("send");

        wait_for(EPOLLOUT);
    }

    return sent;
}

static ssize_t receive(int fd, char *buffer, size_t size)
{
    ssize_t count;
    while ((count = recv(fd, buffer, size, 0)) < 0) {
        if (errno != EAGAIN)
            fail("recv");

        wait_for(EPOLLIN);
    }

    return count;
}

static char buffer[BLOCK];

static void bulk(void)
{
    int fd = connect_to_server();
    start_clock();
    while (goes_on(send_some(fd, buffer, sizeof buffer)))
        ;
}

static void round_trip(void)
{
    int fd = connect_to_server();
    set_no_delay(fd);
    start_clock();
    do {
        send_some(fd, buffer, 1);
        if (receive(fd, buffer, sizeof buffer) != 1)
            fail("the echo");
    } while (goes_on(1));
}

static void connects(void)
{
    start_clock();
    do
        close(connect_to_server());
    while (goes_on(1));
}

// Many at once, each until the server has closed: what is measured is the server.
static void accepts(void)
{
    enum { AT_ONCE = 16 };
    struct epoll_event events[AT_ONCE];
    use_epoll = true;
    start_clock();
    for (int missing = AT_ONCE;;) {
        for (; missing > 0; missing--)
            begin_connect(open_socket());

        int count = check(epoll_wait(epoll_fd, events, AT_ONCE, -1), "epoll_wait");
        for (int i = 0; i < count; i++) {
            int fd = events[i].data.fd;
            char byte;
            if (!(events[i].events & EPOLLIN)) {
                shutdown(fd, SHUT_WR); // it has connected
                continue;
            }

            if (recv(fd, &byte, 1, 0) != 0)
                fail("the server's end");

            close(fd);
            missing++;
            if (!goes_on(1))
                return;
        }
    }
}

static void request(int fd, const char *text)
{
    send_some(fd, text, strlen(text));
    ssize_t count = receive(fd, buffer, sizeof buffer); // the answer is small and sent at once
    if (count < 13 || memcmp(buffer + count - 13, "Hello, World!", 13) != 0) {
        fprintf(stderr, "The server answered %.*s.\n", (int)count, buffer);
        exit(1);
    }
}

static void http_new(void)
{
    start_clock();
    do {
        int fd = connect_to_server();
        set_no_delay(fd);
        request(fd, "GET / HTTP/1.1\r\nHost: contestant\r\nConnection: close\r\n\r\n");
        if (receive(fd, buffer, sizeof buffer) != 0)
            fail("the end of the answer");

        close(fd);
    } while (goes_on(1));
}

static void http_kept(void)
{
    int fd = connect_to_server();
    set_no_delay(fd);
    start_clock();
    do
        request(fd, "GET / HTTP/1.1\r\nHost: contestant\r\n\r\n");
    while (goes_on(1));
}

// One connect, and how long it took.
static void once(void)
{
    double before = now();
    connect_to_server();
    printf("begin\n{\"seconds\": %.9f}\n", now() - before);
}

// Connects so many times, as told in place of the warm-up, and keeps the connections.
static int *open_many(int count)
{
    int *fds = calloc(count, sizeof *fds);
    for (int i = 0; i < count; i++)
        fds[i] = connect_to_server();

    printf("begin\n");
    return fds;
}

static void hold(void)
{
    open_many(warm_up);
    printf("{}\n");
}

// Asks each of so many connections for its state, information and subflows.
static void ask(void)
{
    int count = warm_up, *fds = open_many(count);
    printf("{");
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        long asked = 0;
        double before = now(), last = before + measured / 3;
        for (; now() < last; asked += count)
            for (int n = 0; n < count; n++)
                questions[i].ask(fds[n]);

        printf("%s\"%s\": %.9f", i == 0 ? "" : ", ", questions[i].name, (now() - before) / asked);
    }

    printf("}\n");
}

static const struct {
    const char *name;
    void (*run)(void);
} scenarios[] = {
    { "bulk", bulk }, { "roundtrip", round_trip }, { "connect", connects }, { "accept", accepts }, { "http-new", http_new },
    { "http-kept", http_kept }, { "once", once }, { "hold", hold }, { "ask", ask },
};

int main(int argc, char **argv)
{
    if (argc != 8) {
        fprintf(stderr, "client blocking|epoll PROTOCOL SCENARIO ADDRESS PORT WARMUP MEASURED\n");
        return 2;
    }

    use_epoll = is_epoll(argv[1]);
    protocol = atoi(argv[2]);
    server = to_address(argv[4], atoi(argv[5]));
    warm_up = atof(argv[6]);
    measured = atof(argv[7]);
    epoll_fd = check(epoll_create1(EPOLL_CLOEXEC), "epoll_create1");
    raise_descriptor_limit();
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        if (strcmp(scenarios[i].name, argv[3]) != 0)
            continue;

        scenarios[i].run();
        fflush(stdout);
        while (getchar() != EOF)
            ;
        return 0;
    }

    fprintf(stderr, "There is no scenario '%s'.\n", argv[3]);
    return 2;
}
