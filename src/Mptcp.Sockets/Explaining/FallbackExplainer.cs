using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.KernelLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Explaining;

/// <summary>
/// Explains a connection that fell back: its socket is an MPTCP socket. For the connection, the kernel reports only whether the peer had
/// answered with MPTCP. The reason follows from the counters, which are those of the whole network namespace.
/// </summary>
static class FallbackExplainer
{
    // Each counter counts connections that should use MPTCP and do not (net/mptcp/mib.h). A kernel without a counter has no such fallback.
    static readonly (MptcpReason Reason, string[] Counters, string Text)[] s_fallbacks =
    [
        (MptcpReason.AnsweredWithout, ["MPCapableFallbackSYNACK"], "the peer answered without MPTCP, or a device on the way removed it"),
        (MptcpReason.Blackhole, ["MPCapableSYNTXDrop", "MPCapableSYNTXDisabled"],
            "SYNs with MPTCP had no answer, so the kernel sent them without it, as it does in this network namespace until net.mptcp.blackhole_timeout has passed"),
        (MptcpReason.FellBackLater, ["MPCapableDataFallback", "DssFallback", "DSSCorruptionFallback", "InfiniteMapTx", "InfiniteMapRx"],
            "MPTCP was in use until data arrived without a mapping or with a wrong checksum"),
        (MptcpReason.Ambiguous, ["MPFallbackTokenInit", "MD5SigFallback", "SimultConnectFallback"],
            "the kernel could not use MPTCP: it had no free token, TCP MD5 signatures are set, or both ends connected at the same time"),
    ];

    internal static MptcpExplanation Explain(Socket socket)
    {
        MptcpCounters counters = MptcpCounters.Read();
        bool? fellBackLater = FallbackReader.HadMptcpPeer(socket) ?? (HasData(socket) ? null : false);
        (MptcpReason Reason, long Count, string Text)[] seen = [.. s_fallbacks
            .Where(cause => fellBackLater is not { } isLater || isLater == (cause.Reason == MptcpReason.FellBackLater))
            .Select(cause => (cause.Reason, cause.Counters.Sum(name => counters[name] ?? 0), cause.Text))
            .Where(cause => cause.Item2 > 0)];
        return seen switch
        {
            [{ Reason: MptcpReason.Blackhole } only] => ExplainKernelsBlackhole(only.Text, counters),
            [var only] => new(only.Reason, $"The connection fell back to TCP: {only.Text}."),
            [] when fellBackLater == true => new(MptcpReason.FellBackLater, "The connection fell back to TCP: MPTCP was in use before. The counters of this kernel do not show why."),
            [] => new(MptcpReason.Ambiguous, "The connection fell back to TCP. The counters of this kernel do not show why."),
            _ => new(MptcpReason.Ambiguous, "The connection fell back to TCP, for one of the reasons that the kernel counted in this network namespace: "
                + $"{string.Join("; ", seen.Select(cause => string.Create(CultureInfo.InvariantCulture, $"{cause.Text} ({cause.Count} times)")))}."),
        };
    }

    static MptcpExplanation ExplainKernelsBlackhole(string text, MptcpCounters counters)
    {
        TimeSpan? retryIn = KernelsBlackhole.LongestLeft(counters);
        string retry = retryIn is { } time ? $" The kernel tries MPTCP again after at most {Math.Ceiling(time.TotalSeconds)} s, unless it detects another blackhole." : "";
        return new(MptcpReason.Blackhole, $"The connection fell back to TCP: {text}.{retry}") { RetryIn = retryIn };
    }

    /// <summary>
    /// Returns whether data was sent or received, by <c>TCP_INFO</c> of a connection that fell back; <see langword="true"/> if the kernel
    /// does not report it.
    /// </summary>
    static bool HasData(Socket socket)
    {
        Span<byte> info = stackalloc byte[tcp_info.tcpi_bytes_sent + sizeof(ulong)];
        return !NativeOption.TryRead(socket.SafeHandle, SOL_TCP, TCP_INFO, info, out int length) || length < info.Length
            || MemoryMarshal.Read<ulong>(info[tcp_info.tcpi_bytes_sent..]) != 0 || MemoryMarshal.Read<ulong>(info[tcp_info.tcpi_bytes_received..]) != 0;
    }
}
