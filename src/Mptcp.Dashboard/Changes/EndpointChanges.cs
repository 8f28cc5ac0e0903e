using Mptcp.Netlink;

namespace Mptcp.Dashboard.Changes;

/// <summary>Changes the endpoints of the kernel's path manager. Each says what was done.</summary>
static class EndpointChanges
{
    internal static string SetBackup(byte id, bool isBackup)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        MptcpEndpoint endpoint = manager.GetEndpoint(id) ?? throw new FormatException($"There is no endpoint {id} any more.");
        manager.SetEndpointFlags(id, isBackup ? endpoint.Flags | MptcpEndpointFlags.Backup : endpoint.Flags & ~MptcpEndpointFlags.Backup);
        return $"Endpoint {id} is {(isBackup ? "a backup" : "a regular one")} now, for all connections.";
    }

    internal static string Remove(byte id)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        manager.RemoveEndpoint(id);
        return $"Endpoint {id} is removed.";
    }

    internal static string Add(MptcpEndpoint endpoint)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        return $"Endpoint {manager.AddEndpoint(endpoint).Id} is added.";
    }
}
