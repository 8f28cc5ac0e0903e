using System.Net;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests;

/// <summary>
/// Without an active path manager in user space, the kernel refuses subflows. It recognizes an active one by the listeners to events on
/// the whole machine. So no other test runs at the same time.
/// </summary>
[Collection(Alone.Name)]
public class UnattendedConnectionTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Subflows_of_the_peer_are_accepted_only_while_a_program_listens_to_events()
    {
        using var hosts = new TwoHosts(null, null);
        hosts.Server.SetSysctl("net.mptcp.pm_type", "1");
        using MptcpPathManager client = hosts.Client.Run(MptcpPathManager.Open);
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);
        uint token = connection.Client.GetMptcpInfo().Token;

        // Other programs may listen, too.
        var watch = System.Diagnostics.Stopwatch.StartNew();
        while (await IsAcceptedAsync() && watch.Elapsed < Limit.OfAWait)
        {
        }

        watch.Elapsed.Should().BeLessThan(Limit.OfAWait, "no program listens to events");
        connection.Server.GetMptcpInfo().ExtraSubflows.Should().Be(0);
        using var elsewhere = new OneHost();
        await using (EventLog.Open(elsewhere.Host))
            (await IsAcceptedAsync()).Should().BeTrue("a program in another network namespace listens to events");

        await Traffic.ExchangeAsync(connection.Client, connection.Server);

        async Task<bool> IsAcceptedAsync()
        {
            (long asked, long joined) = (hosts.Server.Read("MPJoinSynRx"), hosts.Server.Read("MPJoinAckRx"));
            byte id = client.AddEndpoint(hosts.SecondLink.GetAddress(hosts.Client), MptcpEndpointFlags.Subflow).Id;
            await Eventually.TrueAsync(() => IsAccepted() || IsRefused(), "the server has answered");
            bool isAccepted = IsAccepted();
            client.RemoveEndpoint(id);
            await Eventually.TrueAsync(() => CountSubflows() == 1, "the subflow is gone");
            return isAccepted;

            bool IsAccepted() => hosts.Server.Read("MPJoinAckRx") > joined;
            bool IsRefused() => hosts.Server.Read("MPJoinSynRx") > asked && CountSubflows() == 1 && !IsAccepted();
        }

        int CountSubflows() => hosts.Client.Run(() => MptcpConnections.Find(token))!.Subflows!.Count;
    }
}
