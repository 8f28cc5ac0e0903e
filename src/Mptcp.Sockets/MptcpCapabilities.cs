using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets;

/// <summary>What this system has of Multipath TCP and, where it lacks something, why and what to do.</summary>
public sealed class MptcpCapabilities
{
    MptcpCapabilities()
    {
    }

    /// <summary>Whether a Multipath TCP socket can be made, IPv4 or IPv6.</summary>
    public bool IsSupported => SupportsIPv4 || SupportsIPv6;

    /// <summary>Why not; <see cref="MptcpUnavailableReason.None"/> if it can. IPv4's reason where the families differ.</summary>
    public MptcpUnavailableReason UnavailableReason { get; private init; }

    /// <summary>In a sentence: what is missing and what to do about it, or that all is well.</summary>
    public string Explanation { get; private init; } = "";

    /// <summary>The kernel's version; null off Linux.</summary>
    public Version? KernelVersion { get; private init; }

    /// <summary>Whether an IPv4 Multipath TCP socket can be made.</summary>
    public bool SupportsIPv4 { get; private init; }

    /// <summary>Whether an IPv6 Multipath TCP socket can be made.</summary>
    public bool SupportsIPv6 { get; private init; }

    /// <summary>Whether the kernel says whether a connection has fallen back (<c>TCP_IS_MPTCP</c>, Linux 6.10). Older ones are asked in other ways.</summary>
    public bool SupportsStateOption { get; private init; }

    /// <summary>Whether the kernel tells about a connection (<c>MPTCP_INFO</c>, Linux 5.16).</summary>
    public bool SupportsInfo { get; private init; }

    /// <summary>Whether the kernel tells about a connection's subflows (<c>MPTCP_TCPINFO</c> and <c>MPTCP_SUBFLOW_ADDRS</c>, Linux 5.16).</summary>
    public bool SupportsSubflowInfo { get; private init; }

    /// <summary>Whether the kernel tells everything at once (<c>MPTCP_FULL_INFO</c>, Linux 6.5).</summary>
    public bool SupportsFullInfo { get; private init; }

    /// <summary>
    /// Whether this .NET runtime lets one of its own sockets be given Multipath TCP, so that it behaves as a TCP socket does. Where not, sockets are
    /// wrapped handles, which differ in more, and <see cref="MptcpTcpListener"/> stays on TCP.
    /// </summary>
    public bool SupportsOrdinarySockets { get; private init; }

    /// <summary>Who decides on the paths of new connections: <c>kernel</c> or <c>userspace</c>; null where the kernel does not say.</summary>
    public string? PathManager { get; private init; }

    /// <summary>Which packet scheduler new connections use; null where the kernel does not say.</summary>
    public string? Scheduler { get; private init; }

    /// <summary>
    /// Looks, by making sockets that are closed again and connect to nothing; the first time in a process, one connection on loopback is made. The
    /// answer is of the calling thread's network namespace, and may change with its settings.
    /// </summary>
    /// <returns>What was found.</returns>
    /// <exception cref="SocketException">There is no socket to be had at all, such as where no more files can be opened.</exception>
    public static MptcpCapabilities Probe()
    {
        using NativeSocket? ipv4 = TryOpen(AddressFamily.InterNetwork, out Refusal refusal);
        using NativeSocket? ipv6 = TryOpen(AddressFamily.InterNetworkV6, out Refusal refusalOfIPv6);
        NativeSocket? socket = ipv4 ?? ipv6;

        return new MptcpCapabilities
        {
            SupportsIPv4 = ipv4 is not null,
            SupportsIPv6 = ipv6 is not null,
            UnavailableReason = socket is null ? refusal.Reason : MptcpUnavailableReason.None,
            Explanation = Explain(refusal, refusalOfIPv6),
            KernelVersion = OperatingSystem.IsLinux() ? Kernel.Version : null,
            SupportsStateOption = Knows(socket, SOL_TCP, TCP_IS_MPTCP, stackalloc byte[sizeof(int)]),
            SupportsInfo = Knows(socket, SOL_MPTCP, MPTCP_INFO, stackalloc byte[sizeof(int)]),
            SupportsSubflowInfo = Knows(socket, SOL_MPTCP, MPTCP_SUBFLOW_ADDRS, SubflowDataHeader(stackalloc byte[16])),
            SupportsFullInfo = Knows(socket, SOL_MPTCP, MPTCP_FULL_INFO, stackalloc byte[40]),
            SupportsOrdinarySockets = socket is not null && Graft.IsAllowed,
            PathManager = socket is null ? null : Sysctl.PathManager,
            Scheduler = socket is null ? null : Sysctl.Scheduler,
        };
    }

    /// <summary>A report for people.</summary>
    /// <returns>Several lines, without a final line break.</returns>
    public override string ToString()
    {
        var report = new StringBuilder();
        report.Append(CultureInfo.InvariantCulture, $"Multipath TCP: {(IsSupported ? "available" : $"not available ({UnavailableReason})")}");
        if (!IsSupported || !SupportsIPv4 || !SupportsIPv6)
            Line(Explanation);

        if (KernelVersion is not null)
            Line($"kernel               Linux {KernelVersion}");

        if (!IsSupported)
            return report.ToString();

        Line($"IPv4                 {YesNo(SupportsIPv4)}");
        Line($"IPv6                 {YesNo(SupportsIPv6)}");
        Line($"state of connection  {StateSourceName}");
        Line($"connection info      {YesNo(SupportsInfo, "MPTCP_INFO", "5.16")}");
        Line($"subflow info         {YesNo(SupportsSubflowInfo, "MPTCP_TCPINFO, MPTCP_SUBFLOW_ADDRS", "5.16")}");
        Line($"all info at once     {YesNo(SupportsFullInfo, "MPTCP_FULL_INFO", "6.5")}");
        Line($"path manager         {PathManager ?? "unknown"}");
        Line($"scheduler            {Scheduler ?? "unknown"}");
        Line($".NET sockets         {(SupportsOrdinarySockets ? "ordinary" : "wrapped: this .NET runtime does not let its sockets be given Multipath TCP")}");
        return report.ToString();

        void Line(string text) => report.Append(Environment.NewLine).Append("  ").Append(text);
    }

    static string StateSourceName => ConnectionState.Source switch
    {
        StateSource.StateOption => "TCP_IS_MPTCP",
        StateSource.Info => "MPTCP_INFO (TCP_IS_MPTCP needs Linux 6.10)",
        _ => "TCP_USER_TIMEOUT (MPTCP_INFO needs Linux 5.16)",
    };

    static string YesNo(bool value) => value ? "yes" : "no";

    static string YesNo(bool value, string option, string since) => value ? $"yes ({option})" : $"no ({option} needs Linux {since})";

    static NativeSocket? TryOpen(AddressFamily family, out Refusal refusal)
    {
        try
        {
            return SocketFactory.TryOpenMptcp(family, out refusal);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressFamilyNotSupported)
        {
            refusal = new Refusal(MptcpUnavailableReason.Unknown, family);
            return null;
        }
    }

    static string Explain(Refusal ipv4, Refusal ipv6) => (ipv4.Reason, ipv6.Reason) switch
    {
        (MptcpUnavailableReason.None, MptcpUnavailableReason.Unknown) => "This system has Multipath TCP for IPv4; it has no IPv6.",
        (MptcpUnavailableReason.None, not MptcpUnavailableReason.None) => $"For IPv4 only. {ipv6.Explanation}",
        (not MptcpUnavailableReason.None, MptcpUnavailableReason.None) => $"For IPv6 only. {ipv4.Explanation}",
        _ => ipv4.Explanation,
    };

    /// <summary><c>struct mptcp_subflow_data</c> of linux/mptcp.h begins with its own size; a header alone asks for nothing else.</summary>
    static Span<byte> SubflowDataHeader(Span<byte> header)
    {
        MemoryMarshal.Write(header, header.Length);
        return header;
    }

    static bool Knows(NativeSocket? socket, int level, int name, Span<byte> value) => socket is not null && socket.GetOption(level, name, value) >= 0;
}
