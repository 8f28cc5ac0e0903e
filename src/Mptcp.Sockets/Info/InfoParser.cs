using static Mptcp.Sockets.Interop.KernelLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>Parses <c>struct mptcp_info</c> into <see cref="MptcpInfo"/>.</summary>
static class InfoParser
{
    /// <summary>The length that every kernel with the option returns. Linux 6.5 added more.</summary>
    internal const int Shortest = mptcp_info.mptcpi_csum_enabled + sizeof(byte);

    /// <param name="bytes">The bytes that the kernel returned.</param>
    /// <param name="hasEndpointKinds">
    /// Whether the bytes for laminar and fullmesh endpoints are in use. Before Linux 6.18 they are reserved, and the length does not show
    /// it.
    /// </param>
    /// <exception cref="InvalidDataException">There are too few bytes.</exception>
    internal static MptcpInfo Parse(ReadOnlySpan<byte> bytes, bool hasEndpointKinds)
    {
        if (bytes.Length < Shortest)
            throw new InvalidDataException($"The kernel sent {bytes.Length} bytes about a connection instead of at least {Shortest}.");

        var info = new KernelBytes(bytes);
        uint flags = info.UInt32(mptcp_info.mptcpi_flags) ?? 0;

        // The kernel's length includes the padding after the last field, where a later kernel has put another field. So the first of the
        // fields that came together (with 6.5, with 6.10) may look present when it is not. Only the last of them shows.
        bool hasTraffic = info.UInt64(mptcp_info.mptcpi_bytes_acked) is not null;
        bool hasTimes = info.UInt32(mptcp_info.mptcpi_last_ack_recv) is not null;
        return new MptcpInfo
        {
            Token = info.UInt32(mptcp_info.mptcpi_token) ?? 0,
            HasFallenBack = (flags & MPTCP_INFO_FLAG_FALLBACK) != 0,
            IsRemoteKeyReceived = (flags & MPTCP_INFO_FLAG_REMOTE_KEY_RECEIVED) != 0,
            IsChecksumEnabled = info.Byte(mptcp_info.mptcpi_csum_enabled) != 0,
            ExtraSubflows = info.Byte(mptcp_info.mptcpi_subflows) ?? 0,
            TotalSubflows = info.Byte(mptcp_info.mptcpi_subflows_total),
            AddressesSignalled = info.Byte(mptcp_info.mptcpi_add_addr_signal) ?? 0,
            AddressesAccepted = info.Byte(mptcp_info.mptcpi_add_addr_accepted) ?? 0,
            LocalAddressesUsed = info.Byte(mptcp_info.mptcpi_local_addr_used) ?? 0,
            LimitExtraSubflows = info.Byte(mptcp_info.mptcpi_subflows_max) ?? 0,
            LimitAddressesAccepted = info.Byte(mptcp_info.mptcpi_add_addr_accepted_max) ?? 0,
            SignalEndpoints = info.Byte(mptcp_info.mptcpi_add_addr_signal_max) ?? 0,
            SubflowEndpoints = info.Byte(mptcp_info.mptcpi_local_addr_max) ?? 0,
            LaminarEndpoints = hasEndpointKinds ? info.Byte(mptcp_info.mptcpi_endp_laminar_max) : null,
            FullMeshEndpoints = hasEndpointKinds ? info.Byte(mptcp_info.mptcpi_endp_fullmesh_max) : null,
            WriteSequence = info.UInt64(mptcp_info.mptcpi_write_seq) ?? 0,
            SendUnacknowledged = info.UInt64(mptcp_info.mptcpi_snd_una) ?? 0,
            ReceiveNext = info.UInt64(mptcp_info.mptcpi_rcv_nxt) ?? 0,
            Retransmits = hasTraffic ? info.UInt32(mptcp_info.mptcpi_retransmits) : null,
            BytesRetransmitted = hasTraffic ? info.Quantity(mptcp_info.mptcpi_bytes_retrans) : null,
            BytesSent = hasTraffic ? info.Quantity(mptcp_info.mptcpi_bytes_sent) : null,
            BytesReceived = hasTraffic ? info.Quantity(mptcp_info.mptcpi_bytes_received) : null,
            BytesAcked = hasTraffic ? info.Quantity(mptcp_info.mptcpi_bytes_acked) : null,
            LastDataSent = hasTimes ? info.Milliseconds(mptcp_info.mptcpi_last_data_sent) : null,
            LastDataReceived = hasTimes ? info.Milliseconds(mptcp_info.mptcpi_last_data_recv) : null,
            LastAckReceived = hasTimes ? info.Milliseconds(mptcp_info.mptcpi_last_ack_recv) : null,
        };
    }
}
