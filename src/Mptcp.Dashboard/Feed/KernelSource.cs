using Microsoft.Extensions.Options;
using Mptcp.Sockets.Relays;

namespace Mptcp.Dashboard.Feed;

/// <summary>The host on which the program runs.</summary>
/// <param name="options">The options.</param>
/// <param name="relays">The relayed connections of the gateway in this process; null without a gateway.</param>
sealed class KernelSource(IOptions<MptcpDashboardOptions> options, IRelayList? relays = null) : IHostSource
{
    public IHostReader Open(EventLog log) => new KernelReader(new NetworkNamespace(options.Value.NetworkNamespace), log, relays);
}
