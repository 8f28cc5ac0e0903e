using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Dashboard.Tests.Support;
using Mptcp.Gateway;

namespace Mptcp.Dashboard.Tests;

public class RelayTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task An_application_with_a_gateway_and_a_dashboard_shows_both_sides_without_a_further_line()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        int port = Peers.Refusing().Port; // nobody else gets it
        await using Site site = await Site.StartAsync(services: services => services.AddMptcpGateway(
            options => options.Routes["db"] = new MptcpGatewayRouteOptions { Listen = $"127.0.0.1:{port}", Connect = $"mptcp@{listener.EndPoint()}" }));
        using Socket client = MptcpSocket.Connect(new IPEndPoint(IPAddress.Loopback, port), new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        using Socket server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        using var reader = new HttpClient { BaseAddress = new Uri($"{site.Address}mptcp/") };

        await Eventually.TrueAsync(async () => (await reader.GetStringAsync($"connections?q=db+{client.LocalEndPoint}")).Contains("relayed by <bdi>db</bdi>", StringComparison.Ordinal), "it is listed");

        string token = $"{server.GetMptcpInfo().Token:x8}";
        (await reader.GetStringAsync("connections?q=relayed")).Should().Contain("relayed by").And.NotContain(token, "the server's own end is not relayed");
    }
}
