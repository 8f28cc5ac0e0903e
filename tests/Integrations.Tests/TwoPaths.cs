using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Lab;
using Mptcp.Netlink;

namespace Integrations.Tests;

/// <summary>A client and a server with two paths between them. The path on which connections begin can be lost.</summary>
sealed class TwoPaths : IDisposable
{
    const int Calls = 10;

    static readonly MptcpConnectionFilter s_established = new() { States = [TcpState.Established], IncludeSubflows = true };

    readonly TwoHosts _hosts = TwoHosts.WithFaults(null, null);

    internal TwoPaths() => _hosts.Client.UseAllLinks();

    internal LabHost Client => _hosts.Client;

    /// <summary>Starts a server on its host.</summary>
    /// <param name="start">Starts it; receives the address to which clients connect.</param>
    internal Task<T> StartAsync<T>(Func<IPAddress, Task<T>> start) => _hosts.Server.RunAsync(() => start(_hosts.FirstLink.GetAddress(_hosts.Server)));

    /// <summary>Makes a call, loses the first path, and makes more calls. All succeed, on the same connections.</summary>
    internal async Task ShouldSurviveAsync(Func<Task> call)
    {
        await call();
        await Eventually.TrueAsync(HasSecondPaths, "each connection has a second path");
        uint[] connections = [.. List().Select(connection => connection.Token)];

        using (_hosts.FirstLink.Blackhole())
        {
            for (int i = 0; i < Calls; i++)
                await call();
        }

        List().Select(connection => connection.Token).Should().BeEquivalentTo(connections, "no connection was replaced");
    }

    public void Dispose() => _hosts.Dispose();

    bool HasSecondPaths() => List() is [_, ..] connections && connections.All(connection => connection.Subflows?.Count > 1);

    /// <summary>Lists the connections of the server, without those to itself.</summary>
    MptcpConnection[] List() =>
        [.. _hosts.Server.Run(() => MptcpConnections.List(s_established)).Where(connection => !IPAddress.IsLoopback(connection.RemoteEndPoint.Address))];
}
