// Shared by client and server. Sockets are blocking or, with epoll, wait in epoll_wait wherever a blocking one would.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { BLOCK = 65536 };

static inline void fail(const char *what)
{
    perror(what);
    exit(1);
}

static inline int check(int result, const char *what)
{
    if (result < 0)
        fail(what);

    return result;
}

static inline void raise_descriptor_limit(void)
{
    struct rlimit limit;
    check(getrlimit(RLIMIT_NOFILE, &limit), "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    check(setrlimit(RLIMIT_NOFILE, &limit), "setrlimit");
}

static inline void set_no_delay(int fd)
{
    int one = 1;
    check(setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one), "TCP_NODELAY");
}

// IPv4, as everywhere in these benchmarks.
static inline struct sockaddr_in to_address(const char *address, int port)
{
    struct sockaddr_in result = { .sin_family = AF_INET, .sin_port = htons(port) };
    if (inet_pton(AF_INET, address, &result.sin_addr) != 1) {
        fprintf(stderr, "'%s' is no IPv4 address.\n", address);
        exit(2);
    }

    return result;
}

// Parses the argument "blocking" or "epoll".
static inline bool is_epoll(const char *style)
{
    if (strcmp(style, "epoll") == 0)
        return true;

    if (strcmp(style, "blocking") == 0)
        return false;

    fprintf(stderr, "The style is 'blocking' or 'epoll', not '%s'.\n", style);
    exit(2);
}
