using Mptcp.Netlink;

namespace Mptcp.Dashboard.Changes;

/// <summary>Adds and removes endpoints of the kernel's path manager. Each says what was done.</summary>
static class EndpointChanges
{
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
