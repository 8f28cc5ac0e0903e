using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>A test on a host of its own.</summary>
static class Hosts
{
    internal static Task OnOneAsync(Action<LabHost> body) => Task.Run(() => OneHost.Run(body));
}
