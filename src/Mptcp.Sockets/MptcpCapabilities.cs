using System.Globalization;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets;

/// <summary>Describes which parts of MPTCP this system supports and, if something is missing, the reason and the remedy.</summary>
public sealed class MptcpCapabilities
{
    MptcpCapabilities()
    {
    }

    /// <summary>Gets whether an MPTCP socket can be created, for IPv4 or IPv6.</summary>
    public bool IsSupported => SupportsIPv4 || SupportsIPv6;

    /// <summary>
    /// Gets why no MPTCP socket can be created; <see cref="MptcpUnavailableReason.None"/> if one can. If the reasons for IPv4 and IPv6
    /// differ, the reason for IPv4.
    /// </summary>
    public MptcpUnavailableReason UnavailableReason { get; private init; }

    /// <summary>Gets a text for people: what is missing and how to enable it, or that MPTCP is available.</summary>
    public string Explanation { get; private init; } = "";

    /// <summary>Gets the version of the kernel; <see langword="null"/> if the system is not Linux.</summary>
    public Version? KernelVersion { get; private init; }

    /// <summary>Gets whether an IPv4 MPTCP socket can be created.</summary>
    public bool SupportsIPv4 { get; private init; }

    /// <summary>Gets whether an IPv6 MPTCP socket can be created.</summary>
    public bool SupportsIPv6 { get; private init; }

    /// <summary>
    /// Gets whether the kernel has the option <c>TCP_IS_MPTCP</c> (Linux 6.10). On older kernels, the state of a connection is read in
    /// another way.
    /// </summary>
    public bool SupportsStateOption { get; private init; }

    /// <summary>Gets whether the kernel reports on a connection (<c>MPTCP_INFO</c>, Linux 5.16).</summary>
    public bool SupportsInfo { get; private init; }

    /// <summary>
    /// Gets whether the kernel reports on the subflows of a connection (<c>MPTCP_TCPINFO</c> and <c>MPTCP_SUBFLOW_ADDRS</c>, Linux 5.16).
    /// </summary>
    public bool SupportsSubflowInfo { get; private init; }

    /// <summary>
    /// Gets whether the kernel reports on a connection and its subflows in one system call (<c>MPTCP_FULL_INFO</c>, Linux 6.5).
    /// </summary>
    public bool SupportsFullInfo { get; private init; }

    /// <summary>
    /// Gets whether this .NET runtime allows the technique that makes an MPTCP socket behave like a TCP socket.
    /// </summary>
    /// <remarks>
    /// If not, sockets are wrapped handles, which differ in more ways from TCP sockets, and <see cref="MptcpTcpListener"/> uses TCP.
    /// </remarks>
    public bool SupportsOrdinarySockets { get; private init; }

    /// <summary>
    /// Gets the path manager of new connections: <c>kernel</c> or <c>userspace</c>; <see langword="null"/> if the kernel does not report
    /// it.
    /// </summary>
    public string? PathManager { get; private init; }

    /// <summary>
    /// Gets the packet scheduler of new connections, such as <c>default</c>; <see langword="null"/> if the kernel does not report it.
    /// </summary>
    public string? Scheduler { get; private init; }

    /// <summary>
    /// Finds out what this system supports.
    /// </summary>
    /// <remarks>
    /// The method creates sockets and closes them without connecting. The first call in a process makes one connection on loopback. The
    /// result describes the network namespace of the calling thread, and can change with its settings.
    /// </remarks>
    /// <example><code>Console.WriteLine(MptcpCapabilities.Probe());</code></example>
    /// <returns>The capabilities at this moment.</returns>
    /// <exception cref="SocketException">
    /// The system cannot create any socket, for example because the process has too many open files.
    /// </exception>
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

    /// <summary>
    /// Finds out only why there is no MPTCP socket. Makes no connection, which <see cref="Probe"/> may make and the kernel would count.
    /// </summary>
    internal static MptcpUnavailableReason FindUnavailableReason()
    {
        using NativeSocket? socket = TryOpen(AddressFamily.InterNetwork, out Refusal refusal) ?? TryOpen(AddressFamily.InterNetworkV6, out _);
        return socket is null ? refusal.Reason : MptcpUnavailableReason.None;
    }

    /// <summary>Returns a report for people.</summary>
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
        Line($".NET sockets         {(SupportsOrdinarySockets ? "ordinary" : "wrapped: this .NET runtime does not allow ordinary MPTCP sockets")}");
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
        (MptcpUnavailableReason.None, MptcpUnavailableReason.Unknown) => "MPTCP is available for IPv4. This system has no IPv6.",
        (MptcpUnavailableReason.None, not MptcpUnavailableReason.None) => $"MPTCP is available for IPv4 only. {ipv6.Explanation}",
        (not MptcpUnavailableReason.None, MptcpUnavailableReason.None) => $"MPTCP is available for IPv6 only. {ipv4.Explanation}",
        _ => ipv4.Explanation,
    };

    /// <summary>
    /// Returns a <c>struct mptcp_subflow_data</c> of linux/mptcp.h. It begins with its own size. A header without an array requests
    /// nothing else.
    /// </summary>
    static Span<byte> SubflowDataHeader(Span<byte> header)
    {
        MemoryMarshal.Write(header, header.Length);
        return header;
    }

    static bool Knows(NativeSocket? socket, int level, int name, Span<byte> value) => socket is not null && socket.GetOption(level, name, value) >= 0;
}
