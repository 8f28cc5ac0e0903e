using System.Net;
using Mptcp.Netlink;

namespace Mptcp.Dashboard.Changes;

/// <summary>Changes one path of one connection, which the kernel allows only for connections whose paths a program manages. For others, the endpoint has to change. Each says what was done.</summary>
static class PathChanges
{
    internal static string SetBackup(uint token, (IPEndPoint Local, IPEndPoint Remote) path, bool isBackup)
    {
        using MptcpUserspacePathManager manager = MptcpUserspacePathManager.Open();
        try
        {
            manager.SetBackup(token, path.Local, path.Remote, isBackup);
            return $"The path is {(isBackup ? "a backup" : "a regular one")} now.";
        }
        catch (MptcpNetlinkException e) when (e is not MptcpPrivilegeException)
        {
            return EndpointChanges.SetBackup(EndpointOf(token, path, e), isBackup);
        }
    }

    internal static string Close(uint token, (IPEndPoint Local, IPEndPoint Remote) path)
    {
        using MptcpUserspacePathManager manager = MptcpUserspacePathManager.Open();
        try
        {
            manager.DestroySubflow(token, path.Local, path.Remote);
            return "The path is closed.";
        }
        catch (MptcpNetlinkException e) when (e is not MptcpPrivilegeException)
        {
            throw new FormatException($"The kernel manages this path. To close it, remove endpoint {EndpointOf(token, path, e)}, which closes its paths of all connections.", e);
        }
    }

    /// <summary>Returns the endpoint of a path that the kernel manages. The kernel also refuses to change a path that is gone.</summary>
    static byte EndpointOf(uint token, (IPEndPoint Local, IPEndPoint Remote) path, MptcpNetlinkException refusal)
    {
        if (MptcpConnections.Find(token)?.Subflows?.Any(one => one.LocalEndPoint.Equals(path.Local) && one.RemoteEndPoint.Equals(path.Remote)) != true)
            throw new FormatException("This path is gone.", refusal);

        using MptcpPathManager manager = MptcpPathManager.Open();
        return manager.GetEndpoints().FirstOrDefault(endpoint => endpoint.Address.Equals(path.Local.Address))?.Id
            ?? throw new FormatException($"The kernel manages this path, and no endpoint has its address. {refusal.Message}", refusal);
    }
}
