using System.Net;

namespace Mptcp.Netlink.Programs;

/// <summary>
/// Changes one path of one connection, which the kernel allows only if a program manages the paths of the connection. For other
/// connections, the endpoint changes, and with it the paths of all connections. Each method returns what was done, or throws an
/// <see cref="InvalidOperationException"/> with the reason why nothing was done, or the kernel's refusal.
/// </summary>
static class PathChanges
{
    internal static string SetBackup(uint token, IPEndPoint local, IPEndPoint remote, bool isBackup)
    {
        using MptcpUserspacePathManager manager = MptcpUserspacePathManager.Open();
        try
        {
            manager.SetBackup(token, local, remote, isBackup);
            return $"The path is {Words(isBackup)} now.";
        }
        catch (MptcpNetlinkException e) when (e is not MptcpPrivilegeException)
        {
            return SetBackup(EndpointOf(token, local, remote, e), isBackup);
        }
    }

    /// <summary>Makes an endpoint a backup, or a regular one.</summary>
    internal static string SetBackup(byte id, bool isBackup)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        MptcpEndpoint endpoint = manager.GetEndpoint(id) ?? throw new InvalidOperationException($"There is no endpoint {id} any more.");
        MptcpEndpointFlags flags = endpoint.Flags & ~MptcpEndpointFlags.Backup;
        manager.SetEndpointFlags(id, isBackup ? flags | MptcpEndpointFlags.Backup : flags);
        return $"Endpoint {id} is {Words(isBackup)} now, for all connections.";
    }

    internal static string Close(uint token, IPEndPoint local, IPEndPoint remote)
    {
        using MptcpUserspacePathManager manager = MptcpUserspacePathManager.Open();
        try
        {
            manager.DestroySubflow(token, local, remote);
            return "The path is closed.";
        }
        catch (MptcpNetlinkException e) when (e is not MptcpPrivilegeException)
        {
            throw new InvalidOperationException(
                $"The kernel manages this path. To close it, and such paths of all connections, remove endpoint {EndpointOf(token, local, remote, e)}.", e);
        }
    }

    /// <summary>Returns a path as it is now.</summary>
    internal static MptcpConnectionSubflow Find(uint token, IPEndPoint local, IPEndPoint remote, Exception? refusal = null)
    {
        foreach (MptcpConnectionSubflow path in MptcpConnections.Find(token)?.Subflows ?? [])
        {
            if (path.LocalEndPoint.Equals(local) && path.RemoteEndPoint.Equals(remote))
                return path;
        }

        throw new InvalidOperationException("This path is gone.", refusal);
    }

    internal static string Words(bool isBackup) => isBackup ? "a backup" : "a regular one";

    /// <summary>Returns the endpoint of a path that the kernel manages. The kernel also refuses to change a path that is gone.</summary>
    static byte EndpointOf(uint token, IPEndPoint local, IPEndPoint remote, MptcpNetlinkException refusal)
    {
        Find(token, local, remote, refusal);
        using MptcpPathManager manager = MptcpPathManager.Open();
        return manager.GetEndpoints().FirstOrDefault(endpoint => endpoint.Address.Equals(local.Address))?.Id
            ?? throw new InvalidOperationException($"The kernel manages this path, and no endpoint has its address. {refusal.Message}", refusal);
    }
}
