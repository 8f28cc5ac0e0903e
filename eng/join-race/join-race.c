// Shows a fault of Linux: it can put the first packet of a joined subflow at a wrong place in the stream. docs/kernel-report.md explains it.
// Needs root, ip and nft, and happens in a network namespace of its own.
// The exit status is 0 if all bytes are right, 1 if some are not, 2 for an error, and 77 if this system does not allow userfaultfd.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/mptcp.h>
#include <linux/tcp.h>
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
#include <unistd.h>

#define MUST(call) ({ long result_ = (long)(call); if (result_ < 0) { perror(#call); exit(2); } result_; })

enum { Protocol = 262, OfMptcp = 284, Established = 1, Port = 4000, First = 4, Chunk = 20000, All = First + 2 * Chunk, Patience = 30 };

static uint32_t sent[All / 4], arrived[All / 4 + 1];  // words that count up, so that each tells where it belongs
static char *page;  // the reader's copy to this page waits until reader_goes_on()
static long page_size;
static int faults, client, helper;

static void fail(const char *why)
{
    fprintf(stderr, "%s\n", why);
    exit(2);
}

static void run(const char *command)
{
    if (system(command)) {
        fprintf(stderr, "This failed: %s\n", command);
        exit(2);
    }
}

// A process without the page that waits. A shell that this process started would wait for the page, too.
static void start_helper(void)
{
    int ends[2];
    MUST(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
    helper = ends[0];
    if (MUST(fork()) > 0) {
        close(ends[1]);
        return;
    }

    close(ends[0]);
    for (char order; read(ends[1], &order, 1) == 1; MUST(write(ends[1], &order, 1)))
        run(order == 'd' ? "nft add rule ip t in ip saddr 127.0.0.1 tcp dport 4000 drop" : "nft flush chain ip t in");
    _exit(0);
}

static void order_helper(char order)
{
    MUST(send(helper, &order, 1, MSG_NOSIGNAL));
    if (read(helper, &order, 1) != 1)
        fail("The helper has ended.");
}

// Waits until the client has sent this many bytes on one of its paths, which is established.
static void wait_for_path(int path, uint64_t bytes, const char *otherwise)
{
    for (int i = 0; i < Patience * 100; i++) {
        struct { struct mptcp_subflow_data head; struct tcp_info path[2]; } info = {
            .head = { .size_subflow_data = sizeof info.head, .size_user = sizeof *info.path },
        };
        MUST(getsockopt(client, OfMptcp, MPTCP_TCPINFO, &info, &(socklen_t){ sizeof info }));
        if (info.head.num_subflows > (unsigned)path && info.path[path].tcpi_state == Established && info.path[path].tcpi_bytes_sent == bytes)
            return;
        usleep(10000);
    }
    fail(otherwise);
}

static void reader_goes_on(void)
{
    char *empty = calloc(1, page_size);
    struct uffdio_copy copy = { .dst = (uintptr_t)page, .src = (uintptr_t)empty, .len = page_size };
    MUST(ioctl(faults, UFFDIO_COPY, &copy));
}

static void *act_while_the_reader_waits(void *_)
{
    struct uffd_msg fault;
    MUST(read(faults, &fault, sizeof fault));  // the reader is in recv(), and holds the lock of its socket
    order_helper('a');                         // accept the SYN of the second path, which the client sends again
    wait_for_path(1, 0, "The second path did not join.");
    order_helper('d');                         // drop the packets of the first path
    MUST(send(client, (char *)sent + First, Chunk, 0));
    wait_for_path(0, First + Chunk, "The first path does not carry the first part.");
    MUST(send(client, (char *)sent + First + Chunk, Chunk, 0));
    wait_for_path(1, Chunk, "The second path does not carry the second part.");
    reader_goes_on();
    usleep(100000);                            // the kernel has dealt with the second part when the first one comes again
    order_helper('a');
    MUST(shutdown(client, SHUT_WR));
    return NULL;
}

static int connect_pair(void)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(Port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    int listener = MUST(socket(AF_INET, SOCK_STREAM, Protocol));
    MUST(bind(listener, (void *)&address, sizeof address));
    MUST(listen(listener, 1));
    client = MUST(socket(AF_INET, SOCK_STREAM, Protocol));
    MUST(connect(client, (void *)&address, sizeof address));
    return MUST(accept(listener, NULL, NULL));
}

static void make_page(void)
{
    faults = syscall(SYS_userfaultfd, O_CLOEXEC);
    if (faults < 0) {
        perror("userfaultfd");
        exit(77);
    }

    struct uffdio_api api = { .api = UFFD_API };
    MUST(ioctl(faults, UFFDIO_API, &api));
    page_size = sysconf(_SC_PAGESIZE);
    page = mmap(NULL, page_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        fail("mmap");

    struct uffdio_register range = { .range = { (uintptr_t)page, page_size }, .mode = UFFDIO_REGISTER_MODE_MISSING };
    MUST(ioctl(faults, UFFDIO_REGISTER, &range));
}

static int compare(size_t count)
{
    size_t wrong = 0, at = 0;
    for (size_t i = 0; i < count / 4; i++) {
        if (arrived[i] != sent[i] && wrong++ == 0)
            at = i;
    }

    printf("%zu of %d bytes arrived, %zu of them at a wrong place", count, All, wrong * 4);
    if (wrong)
        printf(": at offset %zu are the bytes of offset %zu", at * 4, (size_t)arrived[at] * 4);
    printf("\n");
    return count != All ? 2 : wrong > 0;
}

int main(void)
{
    alarm(4 * Patience);
    make_page();
    MUST(unshare(CLONE_NEWNET));
    run("ip link set lo up && ip mptcp limits set subflow 2 add_addr_accepted 2 && ip mptcp endpoint add 127.0.0.2 subflow dev lo"
        " && nft 'table ip t { chain in { type filter hook input priority 0; ip saddr 127.0.0.2 drop; }; }'");
    start_helper();
    for (uint32_t i = 0; i < All / 4; i++)
        sent[i] = i;

    int server = connect_pair();
    pthread_t actor;
    if (pthread_create(&actor, NULL, act_while_the_reader_waits, NULL))
        fail("pthread_create");

    MUST(send(client, sent, First, 0));
    size_t count = MUST(recv(server, page, First, 0));
    memcpy(arrived, page, count);
    for (size_t more; (more = MUST(recv(server, (char *)arrived + count, sizeof arrived - count, 0))) > 0;)
        count += more;

    pthread_join(actor, NULL);
    return compare(count);
}
