// Shows a fault of Linux: it can put the first packet of a joined subflow at a wrong place in the stream. docs/kernel-report.md explains it.
// Needs root, ip and nft. Everything happens in a network namespace of its own. The exit status is 1 if bytes were wrong, 2 for an error.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MUST(call) ({ long result_ = (long)(call); if (result_ < 0) { perror(#call); exit(2); } result_; })

enum { Protocol = 262, Port = 4000, First = 4, Chunk = 20000, All = First + 2 * Chunk, Page = 4096 };

static char *page;      // the reader's copy to this page waits until reader_goes_on()
static uint32_t *sent;  // words that count up, so that each tells where it belongs
static int faults, client, to_helper;

static void run(const char *command)
{
    if (system(command)) {
        fprintf(stderr, "This failed: %s\n", command);
        exit(2);
    }
}

// A process without the page that waits. Commands of the shell start processes, and would wait for the page, too.
static void start_helper(void)
{
    int ends[2];
    MUST(pipe2(ends, O_CLOEXEC));
    to_helper = ends[1];
    if (MUST(fork()) > 0)
        return;

    close(ends[1]);
    for (char command; read(ends[0], &command, 1) == 1;)
        run(command == 'd' ? "nft add rule ip t in ip saddr 127.0.0.1 tcp dport 4000 drop" : "nft flush chain ip t in");
    _exit(0);
}

static void tell_helper(char command, useconds_t then_wait)
{
    MUST(write(to_helper, &command, 1));
    usleep(then_wait);
}

static void reader_goes_on(void)
{
    static char empty[Page];
    struct uffdio_copy copy = { .dst = (uintptr_t)page, .src = (uintptr_t)empty, .len = Page };
    MUST(ioctl(faults, UFFDIO_COPY, &copy));
}

static void *act_while_the_reader_waits(void *_)
{
    struct uffd_msg fault;
    MUST(read(faults, &fault, sizeof fault));  // the reader is in recv(), and holds the lock of its socket
    tell_helper('a', 3000000);                 // accept the SYN of the second path, which the client sends again: the subflow joins
    tell_helper('d', 500000);                  // drop the packets of the first path
    MUST(send(client, (char *)sent + First, Chunk, 0));          // on the first path
    MUST(send(client, (char *)sent + First + Chunk, Chunk, 0));  // on the second path: its first packet
    usleep(500000);
    reader_goes_on();
    usleep(500000);
    tell_helper('a', 0);
    MUST(shutdown(client, SHUT_WR));
    return NULL;
}

static void connect_pair(int *server)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(Port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int listener = MUST(socket(AF_INET, SOCK_STREAM, Protocol));
    MUST(bind(listener, (void *)&address, sizeof address));
    MUST(listen(listener, 1));
    client = MUST(socket(AF_INET, SOCK_STREAM, Protocol));
    MUST(connect(client, (void *)&address, sizeof address));
    *server = MUST(accept(listener, NULL, NULL));
}

static void make_page(void)
{
    faults = MUST(syscall(SYS_userfaultfd, O_CLOEXEC));
    struct uffdio_api api = { .api = UFFD_API };
    MUST(ioctl(faults, UFFDIO_API, &api));
    page = mmap(NULL, Page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct uffdio_register range = { .range = { (uintptr_t)page, Page }, .mode = UFFDIO_REGISTER_MODE_MISSING };
    MUST(ioctl(faults, UFFDIO_REGISTER, &range));
}

int main(void)
{
    alarm(60);
    MUST(unshare(CLONE_NEWNET));
    run("ip link set lo up && ip mptcp limits set subflow 2 add_addr_accepted 2 && ip mptcp endpoint add 127.0.0.2 subflow dev lo"
        " && nft 'table ip t { chain in { type filter hook input priority 0; ip saddr 127.0.0.2 drop; }; }'");
    start_helper();
    sent = malloc(All);
    for (uint32_t i = 0; i < All / sizeof *sent; i++)
        sent[i] = i;

    int server;
    connect_pair(&server);
    make_page();
    pthread_t actor;
    MUST(-pthread_create(&actor, NULL, act_while_the_reader_waits, NULL));
    MUST(send(client, sent, First, 0));

    static char arrived[All + 1];
    ssize_t count = MUST(recv(server, page, First, 0));
    memcpy(arrived, page, count);
    for (ssize_t more; count < All && (more = MUST(recv(server, arrived + count, sizeof arrived - count, 0))) > 0;)
        count += more;

    pthread_join(actor, NULL);
    size_t wrong = 0, at = 0;
    for (size_t i = 0; i < count / sizeof *sent; i++) {
        if (((uint32_t *)arrived)[i] != sent[i] && wrong++ == 0)
            at = i;
    }

    printf("%zd of %d bytes arrived, %zu of them at a wrong place", count, All, wrong * sizeof *sent);
    if (wrong)
        printf(": at offset %zu are the bytes of offset %zu", at * sizeof *sent, ((uint32_t *)arrived)[at] * sizeof *sent);
    printf("\n");
    return wrong > 0;
}
