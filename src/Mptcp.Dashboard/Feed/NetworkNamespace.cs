using Mptcp.Netlink;

namespace Mptcp.Dashboard.Feed;

/// <summary>The network namespace that the dashboard shows.</summary>
/// <param name="path">Its file; null for the namespace of this process.</param>
sealed class NetworkNamespace(string? path)
{
    internal T Run<T>(Func<T> body) => path is null ? body() : MptcpNetworkNamespace.Run(path, body);
}
