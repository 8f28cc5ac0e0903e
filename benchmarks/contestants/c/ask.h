// The bare system calls beneath GetMptcpState, TryGetMptcpInfo and GetMptcpSubflows.
#include <linux/mptcp.h>
#include <stdint.h>

#ifndef SOL_MPTCP
#define SOL_MPTCP 284
#endif

enum { TCP_IS_MPTCP_OPTION = 43, MPTCP_FULL_INFO_OPTION = 4, ROOM = 8 }; // newer than the headers of Debian 12

// struct mptcp_full_info of linux/mptcp.h, Linux 6.5.
struct full_info {
    uint32_t size_tcpinfo_kernel, size_tcpinfo_user, size_sfinfo_kernel, size_sfinfo_user, num_subflows, size_arrays_user;
    uint64_t subflow_info, tcp_info;
};

static void ask_state(int fd)
{
    int value;
    socklen_t length = sizeof value;
    check(getsockopt(fd, IPPROTO_TCP, TCP_IS_MPTCP_OPTION, &value, &length), "TCP_IS_MPTCP");
    if (!value)
        fail("a connection that fell back");
}

static void ask_info(int fd)
{
    char info[256];
    socklen_t length = sizeof info;
    check(getsockopt(fd, SOL_MPTCP, MPTCP_INFO, info, &length), "MPTCP_INFO");
}

static void ask_subflows(int fd)
{
    enum { SUBFLOW_INFO = 264, TCP_INFO_READ = 216 }; // struct mptcp_subflow_info, and as much of struct tcp_info as the library reads
    char subflows[ROOM * SUBFLOW_INFO], tcp_infos[ROOM * TCP_INFO_READ];
    struct full_info info = {
        .size_tcpinfo_user = TCP_INFO_READ,
        .size_sfinfo_user = SUBFLOW_INFO,
        .size_arrays_user = ROOM,
        .subflow_info = (uintptr_t)subflows,
        .tcp_info = (uintptr_t)tcp_infos,
    };
    socklen_t length = sizeof info;
    check(getsockopt(fd, SOL_MPTCP, MPTCP_FULL_INFO_OPTION, &info, &length), "MPTCP_FULL_INFO");
}

static const struct {
    const char *name;
    void (*ask)(int fd);
} questions[] = { { "state", ask_state }, { "info", ask_info }, { "subflows", ask_subflows } };
