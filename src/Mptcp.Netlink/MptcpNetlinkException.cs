using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink;

/// <summary>
/// The exception that is thrown when the kernel refuses a request. The message contains the request, the kernel's explanation if there is
/// one, and the error number.
/// </summary>
/// <remarks>If the request needs a privilege that this process lacks, the exception is an <see cref="MptcpPrivilegeException"/>.</remarks>
public class MptcpNetlinkException : SocketException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="request">The request, as in "The kernel refuses to …".</param>
    /// <param name="errno">The kernel's error number.</param>
    /// <param name="kernelMessage">The kernel's explanation, or <see langword="null"/> if there is none.</param>
    public MptcpNetlinkException(string request, int errno, string? kernelMessage)
        : this(
            request, errno, kernelMessage,
            $"The kernel refuses to {request}: {kernelMessage ?? Marshal.GetPInvokeErrorMessage(errno)} ({NameOf(errno)}).")
    {
    }

    private protected MptcpNetlinkException(string request, int errno, string? kernelMessage, string message)
        : base((int)Errno.ToException(errno).SocketErrorCode, message) =>
        (Request, ErrorNumber, KernelMessage) = (request, errno, kernelMessage);

    /// <summary>Gets the request, as in "The kernel refuses to …".</summary>
    public string Request { get; }

    /// <summary>
    /// Gets the kernel's error number (errno), such as 17 for <c>EEXIST</c>. Not every error number has a <see cref="SocketError"/>.
    /// </summary>
    public int ErrorNumber { get; }

    /// <summary>
    /// Gets the kernel's explanation (<c>NETLINK_EXT_ACK</c>), such as "address not found"; <see langword="null"/> if it sent only a
    /// number.
    /// </summary>
    public string? KernelMessage { get; }

    internal static MptcpNetlinkException Create(string request, int errno, string? kernelMessage) =>
        errno is EPERM or EACCES
            ? new MptcpPrivilegeException(request, errno, kernelMessage)
            : new MptcpNetlinkException(request, errno, kernelMessage);

    private protected static string NameOf(int errno) => errno switch
    {
        EPERM => nameof(EPERM),
        ENOENT => nameof(ENOENT),
        ESRCH => nameof(ESRCH),
        EAGAIN => nameof(EAGAIN),
        ENOMEM => nameof(ENOMEM),
        EACCES => nameof(EACCES),
        EBUSY => nameof(EBUSY),
        EEXIST => nameof(EEXIST),
        ENODEV => nameof(ENODEV),
        EINVAL => nameof(EINVAL),
        ERANGE => nameof(ERANGE),
        EMSGSIZE => nameof(EMSGSIZE),
        EOPNOTSUPP => nameof(EOPNOTSUPP),
        EADDRINUSE => nameof(EADDRINUSE),
        EADDRNOTAVAIL => nameof(EADDRNOTAVAIL),
        ENOBUFS => nameof(ENOBUFS),
        _ => $"errno {errno}",
    };
}
