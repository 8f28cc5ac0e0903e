using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public class MetricsTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Connections_are_counted_by_outcome_and_bytes_by_direction()
    {
        using Socket listener = Peers.ListenTcp();
        IPEndPoint refusing = Peers.Refusing();
        await using GatewayHost gateway = await GatewayHost.StartAsync(
            "good:Listen=127.0.0.1:0", $"good:Connect={listener.EndPoint()}", "bad:Listen=127.0.0.1:0", $"bad:Connect={refusing}");
        var seen = new ConcurrentDictionary<string, long>();
        using MeterListener metrics = Listen(gateway.Services.GetRequiredService<IMeterFactory>(), seen);

        using (Socket client = await MptcpSocket.ConnectAsync(gateway.EndPoint("good")))
        {
            using Socket server = await listener.AcceptAsync();
            await client.SendToEndAsync(new byte[1000]);
            await server.ReceiveToEndAsync();
            seen["mptcp.gateway.active_connections good"].Should().Be(1);
            await server.SendToEndAsync(new byte[10]);
            await client.ReceiveToEndAsync();
        }

        await FluentActions.Awaiting(async () =>
        {
            // Over TCP: its reset may come while it connects, and MPTCP would then be followed by TCP.
            using Socket client = await MptcpSocket.ConnectAsync(gateway.EndPoint("bad"), new MptcpConnectOptions { Mode = MptcpMode.Disabled });
            await client.ReceiveAsync(new byte[1]);
        }).Should().ThrowAsync<SocketException>();

        await gateway.StopAsync();

        seen.Should().BeEquivalentTo(new Dictionary<string, long>
        {
            ["mptcp.gateway.active_connections good"] = 0,
            ["mptcp.gateway.active_connections bad"] = 0,
            ["mptcp.gateway.connections good completed"] = 1,
            ["mptcp.gateway.connections bad connect_failed"] = 1,
            ["mptcp.gateway.io good transmit"] = 1000,
            ["mptcp.gateway.io good receive"] = 10,
        });
        gateway.Logs.Entries.Should().Contain(entry => entry.Level == LogLevel.Information && entry.Text == "good: 1 connections, 1000 bytes to the server, 10 to clients.")
            .And.Contain(entry => entry.Level == LogLevel.Warning && entry.Text.StartsWith($"bad: cannot connect to {refusing}: "));
    }

    static MeterListener Listen(IMeterFactory meters, ConcurrentDictionary<string, long> seen)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == MptcpGatewayTelemetry.MeterName && instrument.Meter.Scope == meters)
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            seen.AddOrUpdate(string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => tag.Value)]), value, (_, sum) => sum + value));
        listener.Start();
        return listener;
    }
}
