using Microsoft.Extensions.Options;

namespace Mptcp.Dashboard.Feed;

/// <summary>The host on which the program runs.</summary>
sealed class KernelSource(IOptions<MptcpDashboardOptions> options) : IHostSource
{
    public IHostReader Open(EventLog log) => new KernelReader(new NetworkNamespace(options.Value.NetworkNamespace), log);
}
