using System.Net.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Says why the system does not provide an MPTCP socket of a family, with the errno if the kernel was asked. The default value means that
/// it does.
/// </summary>
readonly record struct Refusal(MptcpUnavailableReason Reason, AddressFamily Family = AddressFamily.Unspecified, int Errno = 0)
{
    static readonly Version s_first = new(5, 6);

    /// <summary>
    /// Converts an errno of <c>socket(2)</c>; null for an error that says nothing about MPTCP, such as EMFILE. The kernel's answers:
    /// Linux 5.6 net/socket.c (range of the protocol), net/ipv4/af_inet.c, net/mptcp/protocol.c (the sysctl).
    /// </summary>
    internal static Refusal? FromErrno(int errno, AddressFamily family) => errno switch
    {
        EINVAL => new(MptcpUnavailableReason.KernelTooOld, family, errno),
        EPROTONOSUPPORT => new(MptcpUnavailableReason.NotCompiled, family, errno),
        ENOPROTOOPT => new(MptcpUnavailableReason.DisabledBySysctl, family, errno),
        EPERM or EACCES => new(MptcpUnavailableReason.BlockedByPolicy, family, errno),
        _ => null,
    };

    /// <summary>True if the answer cannot change while this process runs.</summary>
    internal bool IsPermanent => Reason is MptcpUnavailableReason.KernelTooOld or MptcpUnavailableReason.NotCompiled;

    /// <summary>The reason and the remedy.</summary>
    internal string Explanation => Reason switch
    {
        MptcpUnavailableReason.None =>
            "MPTCP is available.",
        MptcpUnavailableReason.NotLinux =>
            ".NET can use MPTCP on Linux 5.6 or later. This operating system is not Linux.",
        MptcpUnavailableReason.KernelTooOld when Kernel.Version >= s_first =>
            $"This kernel ({Kernel.Version}) should support MPTCP, but answers like one older than Linux 5.6 (EINVAL): "
            + "check the sandbox or seccomp profile of this process.",
        MptcpUnavailableReason.KernelTooOld =>
            $"This kernel ({Kernel.Version}) does not support MPTCP (EINVAL): run Linux 5.6 or later.",
        MptcpUnavailableReason.NotCompiled when Family == AddressFamily.InterNetworkV6 =>
            "This kernel was built without MPTCP for IPv6 (EPROTONOSUPPORT): run a kernel with CONFIG_MPTCP=y and CONFIG_MPTCP_IPV6=y.",
        MptcpUnavailableReason.NotCompiled =>
            "This kernel was built without MPTCP (EPROTONOSUPPORT): run a kernel with CONFIG_MPTCP=y.",
        MptcpUnavailableReason.DisabledBySysctl =>
            "MPTCP is turned off in this network namespace (ENOPROTOOPT): turn it on with 'sysctl -w net.mptcp.enabled=1'.",
        MptcpUnavailableReason.BlockedByPolicy =>
            $"A security policy forbids MPTCP sockets ({(Errno == EPERM ? "EPERM" : "EACCES")}): "
            + "allow socket(2) with protocol 262 in the seccomp profile, SELinux policy, AppArmor profile or eBPF program of this process.",
        MptcpUnavailableReason.DisabledBySwitch =>
            $"MPTCP is turned off for this process: unset the environment variable {KillSwitch.EnvironmentName} "
            + $"and the AppContext switch {KillSwitch.AppContextName}.",
        _ =>
            "The TCP socket of .NET could not be turned into an MPTCP socket: this .NET runtime does not allow it, or the socket has an option that "
            + "MPTCP sockets lack. Connect and listen with MptcpSocket instead.",
    };

    internal MptcpNotSupportedException ToException() => new(Reason, Explanation);
}
