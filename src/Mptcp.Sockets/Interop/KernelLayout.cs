namespace Mptcp.Sockets.Interop;

/// <summary>
/// Offsets of the fields that this library reads in the kernel's structures, in bytes, under the kernel's names. The same on all 64-bit
/// systems and on Arm. AbiTests compares them with the system's headers.
/// </summary>
static class KernelLayout
{
    /// <summary>linux/mptcp.h. It has grown: 48 bytes in Linux 5.16, 80 in 6.5, 88 in 6.8, 96 since 6.10, padding included.</summary>
    internal static class mptcp_info
    {
        internal const int Size = 96;

        internal const int mptcpi_subflows = 0;
        internal const int mptcpi_add_addr_signal = 1;
        internal const int mptcpi_add_addr_accepted = 2;
        internal const int mptcpi_subflows_max = 3;
        internal const int mptcpi_add_addr_signal_max = 4;
        internal const int mptcpi_add_addr_accepted_max = 5;
        internal const int mptcpi_flags = 8;
        internal const int mptcpi_token = 12;
        internal const int mptcpi_write_seq = 16;
        internal const int mptcpi_snd_una = 24;
        internal const int mptcpi_rcv_nxt = 32;
        internal const int mptcpi_local_addr_used = 40;
        internal const int mptcpi_local_addr_max = 41;
        internal const int mptcpi_csum_enabled = 42;
        internal const int mptcpi_retransmits = 44;
        internal const int mptcpi_bytes_retrans = 48;
        internal const int mptcpi_bytes_sent = 56;
        internal const int mptcpi_bytes_received = 64;
        internal const int mptcpi_bytes_acked = 72;
        internal const int mptcpi_subflows_total = 80;
        internal const int mptcpi_endp_laminar_max = 81;
        internal const int mptcpi_endp_fullmesh_max = 82;
        internal const int mptcpi_last_data_sent = 84;
        internal const int mptcpi_last_data_recv = 88;
        internal const int mptcpi_last_ack_recv = 92;
    }

    /// <summary>linux/mptcp.h: the header of a list of subflows.</summary>
    internal static class mptcp_subflow_data
    {
        internal const int Size = 16;

        internal const int size_subflow_data = 0;
        internal const int num_subflows = 4;
        internal const int size_kernel = 8;
        internal const int size_user = 12;
    }

    /// <summary>linux/mptcp.h: both addresses of a subflow, each in a <c>struct sockaddr_storage</c>.</summary>
    internal static class mptcp_subflow_addrs
    {
        internal const int Size = 256;

        internal const int ss_local = 0;
        internal const int ss_remote = 128;
    }

    /// <summary>linux/mptcp.h.</summary>
    internal static class mptcp_subflow_info
    {
        internal const int Size = 264;

        internal const int id = 0;
        internal const int addrs = 8;
    }

    /// <summary>linux/mptcp.h.</summary>
    internal static class mptcp_full_info
    {
        internal const int Size = 136;

        internal const int size_tcpinfo_kernel = 0;
        internal const int size_tcpinfo_user = 4;
        internal const int size_sfinfo_kernel = 8;
        internal const int size_sfinfo_user = 12;
        internal const int num_subflows = 16;
        internal const int size_arrays_user = 20;
        internal const int subflow_info = 24;
        internal const int tcp_info = 32;
        internal const int mptcp_info = 40;
    }

    /// <summary>linux/tcp.h. The structure grows with every few kernels; the fields below exist since Linux 4.19.</summary>
    internal static class tcp_info
    {
        internal const int tcpi_state = 0;
        internal const int tcpi_snd_mss = 16;
        internal const int tcpi_sacked = 28;
        internal const int tcpi_lost = 32;
        internal const int tcpi_last_data_sent = 44;
        internal const int tcpi_last_data_recv = 52;
        internal const int tcpi_rtt = 68;
        internal const int tcpi_rttvar = 72;
        internal const int tcpi_snd_cwnd = 80;
        internal const int tcpi_total_retrans = 100;
        internal const int tcpi_pacing_rate = 104;
        internal const int tcpi_bytes_acked = 120;
        internal const int tcpi_bytes_received = 128;
        internal const int tcpi_min_rtt = 148;
        internal const int tcpi_delivery_rate = 160;
        internal const int tcpi_bytes_sent = 200;
        internal const int tcpi_bytes_retrans = 208;

        /// <summary>The length up to the last field that is read.</summary>
        internal const int LengthRead = 216;
    }

    /// <summary>linux/in.h; the port is in network order.</summary>
    internal static class sockaddr_in
    {
        internal const int sin_family = 0;
        internal const int sin_port = 2;
        internal const int sin_addr = 4;
    }

    /// <summary>linux/in6.h; the port is in network order.</summary>
    internal static class sockaddr_in6
    {
        internal const int sin6_family = 0;
        internal const int sin6_port = 2;
        internal const int sin6_addr = 8;
        internal const int sin6_scope_id = 24;
    }
}
