using System.Net.Sockets;
using Mptcp.Netlink;

namespace Mptcp.Tool.Live;

/// <summary>Changes a path. The kernel can change a path of one connection only if a program in user space manages it. Otherwise, changes of endpoints affect all connections.</summary>
static class PathControl
{
    /// <summary>Returns what was done, or why nothing was done.</summary>
    internal static string Do(TopAction action)
    {
        MptcpConnectionSubflow? path = MptcpConnections.Find(action.Path.Token)?.Subflows?
            .Select(subflow => (MptcpConnectionSubflow?)subflow)
            .FirstOrDefault(subflow => subflow!.Value.LocalEndPoint.Equals(action.Path.Local) && subflow.Value.RemoteEndPoint.Equals(action.Path.Remote));
        if (path is not { } found)
            return "This path is gone.";

        try
        {
            return action.Kind == TopActionKind.Close ? Close(action.Path, found) : ToggleBackup(action.Path, found);
        }
        catch (MptcpPrivilegeException)
        {
            return "This needs the capability CAP_NET_ADMIN.";
        }
        catch (SocketException e)
        {
            return e.Message;
        }
    }

    static string ToggleBackup(PathKey key, MptcpConnectionSubflow path)
    {
        bool isBackup = !path.IsBackup;
        string now = isBackup ? "a backup" : "in use";
        if (Try(manager => manager.SetBackup(key.Token, key.Local!, key.Remote!, isBackup)))
            return $"The path is {now} now.";

        using MptcpPathManager kernel = MptcpPathManager.Open();
        if (EndpointOf(kernel, path) is not { } endpoint)
            return "The kernel manages this path, and no endpoint has its address.";

        kernel.SetEndpointFlags(endpoint.Id, isBackup ? endpoint.Flags | MptcpEndpointFlags.Backup : endpoint.Flags & ~MptcpEndpointFlags.Backup);
        return $"Endpoint {endpoint.Id} is {now} now, for all connections.";
    }

    static string Close(PathKey key, MptcpConnectionSubflow path)
    {
        if (Try(manager => manager.DestroySubflow(key.Token, key.Local!, key.Remote!)))
            return "The path is closed.";

        using MptcpPathManager kernel = MptcpPathManager.Open();
        return EndpointOf(kernel, path) is { } endpoint
            ? $"The kernel manages this path. 'mptcp endpoints remove {endpoint.Id}' closes it for all connections."
            : "The kernel manages this path, and no endpoint has its address.";
    }

    /// <summary>Returns false if the kernel manages the paths of the connection.</summary>
    static bool Try(Action<MptcpUserspacePathManager> change)
    {
        try
        {
            using MptcpUserspacePathManager manager = MptcpUserspacePathManager.Open();
            change(manager);
            return true;
        }
        catch (MptcpNetlinkException e) when (e is not MptcpPrivilegeException)
        {
            return false;
        }
    }

    static MptcpEndpoint? EndpointOf(MptcpPathManager kernel, MptcpConnectionSubflow path) =>
        kernel.GetEndpoints().FirstOrDefault(endpoint => endpoint.Address.Equals(path.LocalEndPoint.Address));
}
