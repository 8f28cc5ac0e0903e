namespace Mptcp.Netlink;

/// <summary>
/// The exception that is thrown when the kernel requires <c>CAP_NET_ADMIN</c> in the user namespace of the network namespace. Root is not
/// needed. The message says how a program gets the capability.
/// </summary>
public class MptcpPrivilegeException : MptcpNetlinkException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="request">The request, as in "The kernel refuses to …".</param>
    /// <param name="errno">The kernel's error number.</param>
    /// <param name="kernelMessage">The kernel's explanation, or <see langword="null"/> if there is none.</param>
    public MptcpPrivilegeException(string request, int errno, string? kernelMessage)
        : base(
            request, errno, kernelMessage,
            $"The kernel refuses to {request} without the capability CAP_NET_ADMIN "
            + $"({NameOf(errno)}{(kernelMessage is null ? "" : $", {kernelMessage}")}). "
            + "A systemd unit gets it by AmbientCapabilities=CAP_NET_ADMIN, a container by --cap-add=NET_ADMIN, "
            + "your own program by 'setcap cap_net_admin=ep FILE'.")
    {
    }
}
