using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public class SpanTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Each_connection_has_a_span_with_both_sides_and_the_connect_inside()
    {
        Needs.Mptcp();
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is MptcpGatewayTelemetry.ActivitySourceName or MptcpTelemetry.ActivitySourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using Socket server = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        string route = $"spans-{Guid.NewGuid()}";
        await using GatewayHost gateway = await GatewayHost.StartAsync($"{route}:Listen=127.0.0.1:0", $"{route}:Connect=mptcp@{server.EndPoint()}");
        IPEndPoint client;
        string token;
        await using (RelayedPair pair = await RelayedPair.ConnectAsync(gateway.EndPoint(route), server))
        {
            await pair.ExchangeAsync();
            client = (IPEndPoint)pair.Client.LocalEndPoint!;
            token = pair.Server.GetMptcpInfo().Token.ToString("x8", CultureInfo.InvariantCulture);
            pair.Client.Shutdown(SocketShutdown.Send);
            pair.Server.Shutdown(SocketShutdown.Send);
            await gateway.LineAsync("Completed");
        }

        Activity? Find() => spans.FirstOrDefault(span => span.GetTagItem(MptcpGatewayTelemetry.RouteAttribute) as string == route);
        await Eventually.TrueAsync(() => Find() is not null, "the span has ended");
        Activity span = Find()!;
        span.OperationName.Should().Be("mptcp gateway connection");
        span.TagObjects.Should().Contain(new Dictionary<string, object?>
        {
            [MptcpGatewayTelemetry.OutcomeAttribute] = "completed",
            [MptcpGatewayTelemetry.ClientStateAttribute] = "tcp",
            [MptcpGatewayTelemetry.ServerStateAttribute] = "mptcp",
            ["client.address"] = "127.0.0.1",
            ["client.port"] = client.Port,
            ["server.address"] = "127.0.0.1",
            ["server.port"] = server.Port(),
        });
        ((string)span.GetTagItem(MptcpGatewayTelemetry.ServerTokenAttribute)!).Should().MatchRegex("^[0-9a-f]{8}$").And.NotBe(token, "each end has a token of its own");
        span.GetTagItem(MptcpGatewayTelemetry.ClientTokenAttribute).Should().BeNull();
        spans.Should().Contain(child => child.ParentSpanId == span.SpanId && child.OperationName == "mptcp connect");
    }
}
