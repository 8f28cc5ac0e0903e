using System.Net.Sockets;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public class LoopTests
{
    const string Opened = "came over";
    const int Most = 5;

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true, "00:05:00")]
    [InlineData(false, "00:00:10")]
    public async Task A_loop_through_two_gateways_ends_and_leaves_both_usable(bool isReset, string timeout)
    {
        using Socket listener = Peers.ListenTcp();
        string[] common = ["web:Listen=127.0.0.1:0", $"web:MaxConnections={Most}", $"web:ConnectTimeout={timeout}"];
        await using GatewayHost first = await GatewayHost.StartAsync([.. common, $"web:Connect={Peers.Refusing()}"]);
        await using GatewayHost second = await GatewayHost.StartAsync([.. common, $"web:Connect={first.EndPoint()}"]);
        first.Set($"web:Connect={second.EndPoint()}");
        first.Reload();
        await first.LineAsync("was read again");

        using Socket client = await Relayed.ConnectAsync(first.EndPoint());
        await Eventually.TrueAsync(() => Count(first, Opened) == Most && Count(second, Opened) == Most, "the loop is full");
        if (isReset)
            client.LingerState = new LingerOption(true, 0);

        client.Dispose(); // else, it only ends its stream, and the last connection of the loop waits for room until its time is over
        await Eventually.TrueAsync(() => HasEnded(first) && HasEnded(second), "the loop has ended");
        first.Set($"web:Connect={listener.EndPoint()}");
        first.Reload();
        await Eventually.TrueAsync(() => Count(first, "was read again") == 2, "the first gateway has another server");
        await using RelayedPair pair = await RelayedPair.ConnectAsync(second.EndPoint(), listener);
        await pair.ExchangeAsync();
    }

    static bool HasEnded(GatewayHost gateway) => Count(gateway, " after 0 bytes") >= Count(gateway, Opened);

    static int Count(GatewayHost gateway, string part) => gateway.Logs.Entries.Count(entry => entry.Text.Contains(part, StringComparison.Ordinal));
}
