namespace Mptcp.Netlink;

/// <summary>
/// The kernel allows this only with the capability <c>CAP_NET_ADMIN</c>, in the user namespace that the network namespace belongs to; root is not needed. The
/// message says how a program gets it.
/// </summary>
public class MptcpPrivilegeException : MptcpNetlinkException
{
    /// <summary>Initializes the exception.</summary>
    /// <param name="request">What was asked for, as in "The kernel refuses to …".</param>
    /// <param name="errno">The kernel's error number.</param>
    /// <param name="kernelMessage">The kernel's own words, if it has given any.</param>
    public MptcpPrivilegeException(string request, int errno, string? kernelMessage)
        : base(
            request, errno, kernelMessage,
            $"The kernel refuses to {request} without the capability CAP_NET_ADMIN ({NameOf(errno)}{(kernelMessage is null ? "" : $", {kernelMessage}")}). "
            + "A systemd unit gets it by AmbientCapabilities=CAP_NET_ADMIN, a container by --cap-add=NET_ADMIN, a program of one's own by 'setcap cap_net_admin=ep FILE'.")
    {
    }
}
