using System.Globalization;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.KernelLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Explaining;

/// <summary>
/// Finds out why a socket uses MPTCP or TCP: from the result of its connect, from the socket, and from the kernel's counters. The counters are those of
/// the whole network namespace. They prove something about one connection only if they exclude everything else.
/// </summary>
static class Explainer
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

    internal static MptcpExplanation Explain(Socket socket, MptcpState state) => state switch
    {
        MptcpState.Mptcp => ExplainMptcp(socket),
        MptcpState.FellBack => ExplainFallback(MptcpCounters.Read(), hasData: HasData(socket)),
        _ when WhyTcp.Of(socket) is { } why => ExplainConnect(why),
        _ => ExplainTcp(socket, FindRefusal(socket.AddressFamily)),
    };

    static MptcpExplanation ExplainMptcp(Socket socket)
    {
        if (!socket.Connected)
        {
            return new MptcpExplanation(MptcpReason.InUse, IsListening(socket)
                ? "The socket listens, and accepts clients with MPTCP and without."
                : "The socket is not connected. It will offer MPTCP when it connects.");
        }

        return HasNoPath(socket)
            ? new MptcpExplanation(MptcpReason.NoPath, "The connection uses MPTCP, and all of its subflows are closed. The kernel ends it after net.mptcp.close_timeout, unless a new subflow joins.")
            : new MptcpExplanation(MptcpReason.InUse, "MPTCP is in use.");
    }

    /// <summary>Returns whether no subflow is open. The kernel keeps the first subflow, closed, as long as the connection lives.</summary>
    static bool HasNoPath(Socket socket)
    {
        Span<MptcpSubflow> subflows = stackalloc MptcpSubflow[SubflowReader.Usual];
        if (!SubflowReader.TryRead(socket, subflows, out int count) || count > subflows.Length)
            return false;

        foreach (MptcpSubflow subflow in subflows[..count])
        {
            if (subflow.State != TcpState.Closed)
                return false;
        }

        return true;
    }

    static bool IsListening(Socket socket) => NativeOption.TryRead(socket.SafeHandle, SOL_SOCKET, SO_ACCEPTCONN, out int listens) && listens != 0;

    /// <summary>Returns whether data was sent or received, by <c>TCP_INFO</c> of a connection that fell back; <see langword="true"/> if the kernel does not report it.</summary>
    static bool HasData(Socket socket)
    {
        Span<byte> info = stackalloc byte[tcp_info.tcpi_bytes_sent + sizeof(ulong)];
        return !NativeOption.TryRead(socket.SafeHandle, SOL_TCP, TCP_INFO, info, out int length) || length < info.Length
            || MemoryMarshal.Read<ulong>(info[tcp_info.tcpi_bytes_sent..]) != 0 || MemoryMarshal.Read<ulong>(info[tcp_info.tcpi_bytes_received..]) != 0;
    }

    /// <summary>Explains a connection that fell back: its socket is an MPTCP socket.</summary>
    /// <param name="counters">The counters of the network namespace.</param>
    /// <param name="hasData">Whether data was exchanged: without data, the connection fell back during its handshake.</param>
    static MptcpExplanation ExplainFallback(MptcpCounters counters, bool hasData)
    {
        (MptcpReason Reason, long Count, string Text)[] seen = [.. s_fallbacks
            .Where(cause => hasData || cause.Reason != MptcpReason.FellBackLater)
            .Select(cause => (cause.Reason, Sum(counters, cause.Counters), cause.Text))
            .Where(cause => cause.Item2 > 0)];
        return seen switch
        {
            [{ Reason: MptcpReason.Blackhole } only] => ExplainKernelsBlackhole(only.Text, counters),
            [var only] => new(only.Reason, $"The connection fell back to TCP: {only.Text}."),
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

    /// <summary>Explains why TCP won a connect that asked for MPTCP.</summary>
    static MptcpExplanation ExplainConnect(WhyTcp why)
    {
        string where = why.Path.Interface is { } name ? $"{why.Target} via {name}" : $"{why.Target}";
        TimeSpan? retryIn = BlackholeMemory.Shared.TimeUntilRetry(why.Target, why.Path);
        string earlier = OperatingSystem.IsLinux() && KernelsBlackhole.LongestLeft(MptcpCounters.Read()) is not null
            ? " The kernel has detected a blackhole, too, and MptcpBlackholes.Clear() does not make it forget: write net.mptcp.blackhole_timeout again for that."
            : " MptcpBlackholes.Clear() makes it try earlier.";
        string retry = retryIn is { } time ? $" MPTCP is tried there again in {Math.Ceiling(time.TotalSeconds)} s.{earlier}" : "";
        string text = why.Reason switch
        {
            MptcpReason.Refused => $"A reset answered the SYN with MPTCP at {where}, and TCP was accepted: something on the way refuses MPTCP.",
            MptcpReason.OvertakenByTcp => $"SYNs with MPTCP stayed unanswered at {where}, and a TCP SYN was answered: something on the way may drop MPTCP.",
            _ => $"MPTCP was not tried at {where}: SYNs with MPTCP stayed unanswered there before, and TCP was answered.",
        };
        return new(why.Reason, text + retry) { RetryIn = retryIn };
    }

    /// <summary>Explains a TCP socket that is not the result of a connect of this library: another part of the program created or accepted it.</summary>
    static MptcpExplanation ExplainTcp(Socket socket, Refusal refusal)
    {
        if (SocketUpgrade.WasRefused(socket))
        {
            return new(MptcpReason.SystemUnavailable, "This is a TCP socket. TryUpgrade left it as it was: it has an option that an MPTCP socket cannot take. Upgrade the socket before the option is set.")
            {
                UnavailableReason = MptcpUnavailableReason.Unknown,
            };
        }

        const string plain = "a TCP socket for which nobody asked for MPTCP, or one that was accepted from a client that did not offer it";
        const string stripped = "accepted from a client that offered MPTCP, but a device on the way removed it from later packets";
        if (refusal.Reason != MptcpUnavailableReason.None)
            return new(MptcpReason.SystemUnavailable, $"This is a TCP socket, and this system provides no MPTCP sockets now. {refusal.Explanation}") { UnavailableReason = refusal.Reason };

        MptcpCounters mptcp = MptcpCounters.Read();
        long fallbacks = Sum(mptcp, "MPCapableFallbackACK");
        if (fallbacks == 0 || !socket.Connected)
            return new(MptcpReason.NotRequested, $"This is {plain}.{EarlierRefusal()}");

        // This is certain only if the host connected and accepted no other TCP connection.
        TcpCounters tcp = TcpCounters.Read();
        bool isSure = tcp.ActiveOpens == Sum(mptcp, "MPCapableSYNTX", "MPJoinSynTx") && tcp.PassiveOpens - Sum(mptcp, "MPCapableACKRX", "MPJoinAckRx") == fallbacks;
        return isSure
            ? new(MptcpReason.OptionsStripped, $"This was {stripped}.")
            : new(MptcpReason.Ambiguous, $"This is {plain}, or it was {stripped}. That happened {fallbacks} times in this network namespace.");
    }

    /// <summary>Mentions an earlier refusal: the kernel cannot be asked later, and a note beside each such socket would cost memory.</summary>
    static string EarlierRefusal() => SocketFactory.LastRefusal is { Reason: not MptcpUnavailableReason.None } last
        ? $" Or it was created while this system had no MPTCP, as was the case earlier in this process: {last.Explanation}"
        : "";

    static Refusal FindRefusal(AddressFamily family)
    {
        using NativeSocket? socket = SocketFactory.TryOpenMptcp(family, out Refusal refusal);
        return refusal;
    }

    static long Sum(MptcpCounters counters, params string[] names) => names.Sum(name => counters[name] ?? 0);
}
