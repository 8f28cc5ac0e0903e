using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>Runs a test on a new host.</summary>
static class Hosts
{
    internal static Task OnOneAsync(Action<LabHost> body) => Task.Run(() => OneHost.Run(body));
}
