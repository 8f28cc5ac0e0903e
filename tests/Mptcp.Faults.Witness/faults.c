// A library to preload (ld.so(8)): it makes one call of a function of the C library fail, and counts the calls of each.
// .NET reaches the kernel by these functions, and so does the program under test.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define CALLS(X) X(socket) X(connect) X(bind) X(listen) X(accept4) X(dup3) X(fcntl) X(setsockopt) X(getsockopt) X(getsockname) X(getpeername) \
    X(poll) X(send) X(sendto) X(sendmsg) X(recv) X(recvfrom) X(recvmsg) X(epoll_ctl) X(shutdown) X(open) X(close) X(getaddrinfo)

#define NUMBER(name) call_##name,
enum { CALLS(NUMBER) call_count };
#define NAME(name) #name,
static const char *const names[] = { CALLS(NAME) };

static atomic_long counts[call_count];
static atomic_int chosen = -1;
static atomic_long left;
static atomic_int error_number;

static int find(const char *name)
{
    for (int call = 0; call < call_count; call++)
        if (strcmp(names[call], name) == 0)
            return call;

    return -1;
}

// From now on the calls are counted, and the nth of this name fails; none does if there is no such name.
void faults_arm(const char *name, long nth, int error)
{
    for (int call = 0; call < call_count; call++)
        counts[call] = 0;

    left = nth;
    error_number = error;
    chosen = find(name);
}

// Ends that; true if a call has failed.
int faults_disarm(void)
{
    return atomic_exchange(&chosen, -1) >= 0 && left <= 0;
}

// How often it was called since faults_arm; -1 if there is no such name.
long faults_count(const char *name)
{
    int call = find(name);
    return call < 0 ? -1 : counts[call];
}

static bool fails(int call)
{
    counts[call]++;
    if (chosen != call || atomic_fetch_sub(&left, 1) != 1)
        return false;

    errno = error_number;
    return true;
}

#define WRAP(type, name, parameters, arguments)                            \
    type name parameters                                                   \
    {                                                                      \
        static type(*real) parameters;                                     \
        if (!real)                                                         \
            real = (type(*) parameters)dlsym(RTLD_NEXT, #name);            \
        return fails(call_##name) ? (type)-1 : real arguments;             \
    }

WRAP(int, socket, (int domain, int type, int protocol), (domain, type, protocol))
WRAP(int, connect, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
WRAP(int, bind, (int fd, const struct sockaddr *address, socklen_t length), (fd, address, length))
WRAP(int, listen, (int fd, int backlog), (fd, backlog))
WRAP(int, accept4, (int fd, struct sockaddr *address, socklen_t *length, int flags), (fd, address, length, flags))
WRAP(int, dup3, (int from, int to, int flags), (from, to, flags))
WRAP(int, getsockname, (int fd, struct sockaddr *address, socklen_t *length), (fd, address, length))
WRAP(int, getpeername, (int fd, struct sockaddr *address, socklen_t *length), (fd, address, length))
WRAP(int, poll, (struct pollfd *fds, nfds_t count, int timeout), (fds, count, timeout))
WRAP(ssize_t, send, (int fd, const void *bytes, size_t length, int flags), (fd, bytes, length, flags))
WRAP(ssize_t, sendto, (int fd, const void *bytes, size_t length, int flags, const struct sockaddr *to, socklen_t size), (fd, bytes, length, flags, to, size))
WRAP(ssize_t, sendmsg, (int fd, const struct msghdr *message, int flags), (fd, message, flags))
WRAP(ssize_t, recv, (int fd, void *bytes, size_t length, int flags), (fd, bytes, length, flags))
WRAP(ssize_t, recvfrom, (int fd, void *bytes, size_t length, int flags, struct sockaddr *from, socklen_t *size), (fd, bytes, length, flags, from, size))
WRAP(ssize_t, recvmsg, (int fd, struct msghdr *message, int flags), (fd, message, flags))
WRAP(int, epoll_ctl, (int fd, int operation, int other, struct epoll_event *event), (fd, operation, other, event))
WRAP(int, shutdown, (int fd, int how), (fd, how))

// It returns its error.
int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **found)
{
    static int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    if (!real)
        real = (int (*)(const char *, const char *, const struct addrinfo *, struct addrinfo **))dlsym(RTLD_NEXT, "getaddrinfo");

    return fails(call_getaddrinfo) ? error_number : real(name, service, hints, found);
}

// The kernel has no way to refuse these to a fresh socket: sk_setsockopt and sk_getsockopt in net/core/sock.c, do_ipv6_setsockopt in net/ipv6/ipv6_sockglue.c.
static bool never_fails(int level, int name)
{
    return (level == IPPROTO_IPV6 && name == IPV6_V6ONLY) || (level == SOL_SOCKET && (name == SO_LINGER || name == SO_REUSEADDR || name == SO_TYPE || name == SO_DOMAIN || name == SO_PROTOCOL || name == SO_ACCEPTCONN
        || name == SO_ERROR || name == SO_RCVBUF));
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
    static int (*real)(int, int, int, const void *, socklen_t);
    if (!real)
        real = (int (*)(int, int, int, const void *, socklen_t))dlsym(RTLD_NEXT, "setsockopt");

    return !never_fails(level, name) && fails(call_setsockopt) ? -1 : real(fd, level, name, value, length);
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *length)
{
    static int (*real)(int, int, int, void *, socklen_t *);
    if (!real)
        real = (int (*)(int, int, int, void *, socklen_t *))dlsym(RTLD_NEXT, "getsockopt");

    return !never_fails(level, name) && fails(call_getsockopt) ? -1 : real(fd, level, name, value, length);
}

// Linux has closed the descriptor also where it reports an error: close(2).
int close(int fd)
{
    static int (*real)(int);
    if (!real)
        real = (int (*)(int))dlsym(RTLD_NEXT, "close");

    int error = errno;
    bool failed = fails(call_close);
    int chosen_error = errno;
    int result = real(fd);
    if (!failed)
        return result;

    errno = failed ? chosen_error : error;
    return -1;
}

// Files of the kernel only: the runtime opens others whenever it likes.
static bool is_kernels(const char *path)
{
    return strncmp(path, "/proc/", 6) == 0 && strstr(path, "/net") != NULL;
}

#define WRAP_OPEN(name)                                                         \
    int name(const char *path, int flags, ...)                                  \
    {                                                                           \
        static int (*real)(const char *, int, ...);                             \
        if (!real)                                                              \
            real = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, #name);    \
        va_list list;                                                           \
        va_start(list, flags);                                                  \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(list, mode_t) : 0; \
        va_end(list);                                                           \
        return is_kernels(path) && fails(call_open) ? -1 : real(path, flags, mode); \
    }

WRAP_OPEN(open)
WRAP_OPEN(open64)

#define WRAP_FCNTL(name)                                                     \
    int name(int fd, int command, ...)                                       \
    {                                                                        \
        static int (*real)(int, int, ...);                                   \
        if (!real)                                                           \
            real = (int (*)(int, int, ...))dlsym(RTLD_NEXT, #name);          \
        va_list list;                                                        \
        va_start(list, command);                                             \
        long argument = va_arg(list, long);                                  \
        va_end(list);                                                        \
        bool duplicates = command == F_DUPFD_CLOEXEC; /* all others succeed */ \
        return duplicates && fails(call_fcntl) ? -1 : real(fd, command, argument); \
    }

WRAP_FCNTL(fcntl)
WRAP_FCNTL(fcntl64)
