using System.Net.Sockets;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Tool.Live;

/// <summary>Changes a path.</summary>
static class PathControl
{
    /// <summary>Returns what was done, or why nothing was done.</summary>
    internal static string Do(TopAction action)
    {
        (uint token, var local, var remote) = (action.Path.Token, action.Path.Local!, action.Path.Remote!);
        try
        {
            return action.Kind == TopActionKind.Close
                ? PathChanges.Close(token, local, remote)
                : PathChanges.SetBackup(token, local, remote, !PathChanges.Find(token, local, remote).IsBackup);
        }
        catch (MptcpPrivilegeException)
        {
            return "This needs the capability CAP_NET_ADMIN."; // the exception says how to get it, which is too long for a line
        }
        catch (Exception e) when (e is InvalidOperationException or SocketException)
        {
            return e.Message;
        }
    }
}
