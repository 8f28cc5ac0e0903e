namespace Mptcp.Sockets.Interop;

/// <summary>Numbers of the Linux ABI under their own names, as they are on x64, Arm and RISC-V.</summary>
static class LinuxConstants
{
    // errno: asm-generic/errno-base.h, errno.h
    internal const int EPERM = 1;
    internal const int EINTR = 4;
    internal const int EBADF = 9;
    internal const int EACCES = 13;
    internal const int EINVAL = 22;
    internal const int ENOSYS = 38;
    internal const int ENOTSOCK = 88;
    internal const int ENOPROTOOPT = 92;
    internal const int EPROTONOSUPPORT = 93;
    internal const int EINPROGRESS = 115;

    // bits/socket.h, linux/in.h
    internal const int AF_UNIX = 1;
    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_STREAM = 1;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int IPPROTO_TCP = 6;
    internal const int IPPROTO_MPTCP = 262;

    // fcntl.h, poll.h
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int F_GETFL = 3;
    internal const int F_SETFL = 4;
    internal const int F_DUPFD_CLOEXEC = 1030;
    internal const short POLLOUT = 4;
    internal const short POLLERR = 8;

    // asm-generic/socket.h
    internal const int SOL_SOCKET = 1;
    internal const int SO_REUSEADDR = 2;
    internal const int SO_TYPE = 3;
    internal const int SO_ERROR = 4;
    internal const int SO_DONTROUTE = 5;
    internal const int SO_SNDBUF = 7;
    internal const int SO_RCVBUF = 8;
    internal const int SO_KEEPALIVE = 9;
    internal const int SO_OOBINLINE = 10;
    internal const int SO_PRIORITY = 12;
    internal const int SO_LINGER = 13;
    internal const int SO_REUSEPORT = 15;
    internal const int SO_RCVLOWAT = 18;
    internal const int SO_RCVTIMEO = 20;
    internal const int SO_SNDTIMEO = 21;
    internal const int SO_BINDTODEVICE = 25;
    internal const int SO_ACCEPTCONN = 30;
    internal const int SO_MARK = 36;
    internal const int SO_PROTOCOL = 38;
    internal const int SO_NETNS_COOKIE = 71; // since Linux 5.14
    internal const int SO_DOMAIN = 39;
    internal const int SO_LOCK_FILTER = 44;
    internal const int SO_MAX_PACING_RATE = 47;

    // linux/in.h
    internal const int SOL_IP = 0;
    internal const int IP_TOS = 1;
    internal const int IP_TTL = 2;
    internal const int IP_MTU_DISCOVER = 10;
    internal const int IP_FREEBIND = 15;
    internal const int IP_TRANSPARENT = 19;
    internal const int IP_MINTTL = 21;
    internal const int IP_BIND_ADDRESS_NO_PORT = 24;
    internal const int IP_LOCAL_PORT_RANGE = 51;

    // linux/in6.h
    internal const int SOL_IPV6 = 41;
    internal const int IPV6_UNICAST_HOPS = 16;
    internal const int IPV6_MTU_DISCOVER = 23;
    internal const int IPV6_V6ONLY = 26;
    internal const int IPV6_TCLASS = 67;
    internal const int IPV6_MINHOPCOUNT = 73;

    // linux/tcp.h
    internal const int SOL_TCP = 6;
    internal const int TCP_NODELAY = 1;
    internal const int TCP_MAXSEG = 2;
    internal const int TCP_CORK = 3;
    internal const int TCP_KEEPIDLE = 4;
    internal const int TCP_KEEPINTVL = 5;
    internal const int TCP_KEEPCNT = 6;
    internal const int TCP_SYNCNT = 7;
    internal const int TCP_LINGER2 = 8;
    internal const int TCP_DEFER_ACCEPT = 9;
    internal const int TCP_WINDOW_CLAMP = 10;
    internal const int TCP_INFO = 11;
    internal const int TCP_QUICKACK = 12;
    internal const int TCP_CONGESTION = 13;
    internal const int TCP_USER_TIMEOUT = 18;
    internal const int TCP_FASTOPEN = 23;
    internal const int TCP_NOTSENT_LOWAT = 25;
    internal const int TCP_FASTOPEN_CONNECT = 30;
    internal const int TCP_IS_MPTCP = 43;

    // net/tcp_states.h: the first byte of struct tcp_info
    internal const byte TCP_ESTABLISHED = 1;
    internal const byte TCP_SYN_SENT = 2;
    internal const byte TCP_SYN_RECV = 3;
    internal const byte TCP_FIN_WAIT1 = 4;
    internal const byte TCP_FIN_WAIT2 = 5;
    internal const byte TCP_TIME_WAIT = 6;
    internal const byte TCP_CLOSE = 7;
    internal const byte TCP_CLOSE_WAIT = 8;
    internal const byte TCP_LAST_ACK = 9;
    internal const byte TCP_LISTEN = 10;
    internal const byte TCP_CLOSING = 11;
    internal const byte TCP_NEW_SYN_RECV = 12;

    // linux/mptcp.h
    internal const int SOL_MPTCP = 284;
    internal const int MPTCP_INFO = 1;
    internal const int MPTCP_TCPINFO = 2;
    internal const int MPTCP_SUBFLOW_ADDRS = 3;
    internal const int MPTCP_FULL_INFO = 4;
    internal const uint MPTCP_INFO_FLAG_FALLBACK = 1;
    internal const uint MPTCP_INFO_FLAG_REMOTE_KEY_RECEIVED = 2;
}
