using System.Runtime.InteropServices;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.PathManager;

/// <summary>A socket for the kernel's generic netlink family <c>mptcp_pm</c>.</summary>
sealed class PathManagerSocket : IDisposable
{
    const string Name = "mptcp_pm", EventGroup = "mptcp_pm_events";

    static readonly Version s_first = new(5, 6);

    readonly GenericNetlinkFamily _family;

    PathManagerSocket(NetlinkSocket socket)
    {
        Netlink = socket;
        _family = Find(socket);
    }

    internal NetlinkSocket Netlink { get; }

    /// <exception cref="MptcpNotSupportedException">This system has no MPTCP.</exception>
    internal static PathManagerSocket Open()
    {
        if (!OperatingSystem.IsLinux())
            throw new Refusal(MptcpUnavailableReason.NotLinux).ToException();

        NetlinkSocket socket = NetlinkSocket.Open(NETLINK_GENERIC);
        try
        {
            return new PathManagerSocket(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Begins a command that is answered with success or an error, possibly after data.</summary>
    internal NetlinkMessageWriter Command(Span<byte> buffer, byte command) =>
        NetlinkMessageWriter.Generic(buffer, _family.Id, command, MPTCP_PM_VER, NLM_F_ACK);

    /// <summary>Begins a command that is answered with a list.</summary>
    internal NetlinkMessageWriter List(Span<byte> buffer, byte command) =>
        NetlinkMessageWriter.Generic(buffer, _family.Id, command, MPTCP_PM_VER, NLM_F_DUMP);

    internal bool IsOfFamily(NetlinkMessage message) => message.Type == _family.Id;

    /// <summary>Subscribes to events.</summary>
    /// <exception cref="MptcpPrivilegeException">This process may not subscribe to events.</exception>
    internal void JoinEvents()
    {
        if (!_family.Groups.TryGetValue(EventGroup, out uint group))
        {
            throw new MptcpNotSupportedException(
                MptcpUnavailableReason.KernelTooOld, $"This kernel ({Kernel.Version}) does not report events: run Linux 5.12 or later.");
        }

        if (!Netlink.TrySetOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, (int)group))
            throw MptcpNetlinkException.Create("report the events of MPTCP connections", Marshal.GetLastPInvokeError(), null);
    }

    public void Dispose() => Netlink.Dispose();

    static GenericNetlinkFamily Find(NetlinkSocket socket)
    {
        try
        {
            return GenericNetlinkFamily.Find(socket, Name);
        }
        catch (MptcpNetlinkException e) when (e.ErrorNumber == ENOENT)
        {
            bool isOld = Kernel.Version < s_first;
            throw new MptcpNotSupportedException(
                isOld ? MptcpUnavailableReason.KernelTooOld : MptcpUnavailableReason.NotCompiled,
                $"This kernel ({Kernel.Version}) has no path manager for MPTCP: "
                + $"run {(isOld ? "Linux 5.6 or later" : "a kernel with CONFIG_MPTCP=y")}.");
        }
    }
}
