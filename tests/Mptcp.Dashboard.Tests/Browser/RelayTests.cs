using System.Net.Sockets;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Mptcp.Dashboard.Tests.Support;

namespace Mptcp.Dashboard.Tests.Browser;

/// <summary>The pages of <c>mptcp gateway --dashboard</c>, between two hosts with two paths.</summary>
public partial class RelayTests(Chromium chromium)
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_to_the_server_shows_the_tcp_connection_of_the_client_until_the_relay_ends()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Socket listener = hosts.Listen();
        await using RelayingGateway gateway = await RelayingGateway.StartAsync(hosts.Client, "tcp@127.0.0.1:0", $"mptcp@{listener.EndPoint()}");
        using Socket client = gateway.Connect(MptcpMode.Disabled), server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        Transfer transfer = Transfer.Start(client, server);
        await using Window window = await chromium.OpenAsync();
        await gateway.ServeAsync(window);

        await window.Page.GotoAsync($"{gateway.Address}connections");
        ILocator row = window.Page.Locator("tbody tr", new() { HasText = "relayed by route1" });
        await ExpectAsync(row, $"TCP {client.LocalEndPoint}");
        await row.GetByText($"{client.LocalEndPoint}").ClickAsync();

        ILocator other = window.Page.GetByRole(AriaRole.Region, new() { Name = "The client's side" });
        await ExpectAsync(other, $"{gateway.EndPoint}");
        (await other.InnerTextAsync()).Should().Contain($"{client.LocalEndPoint}").And.Contain("TCP");
        await Assertions.Expect(other).ToContainTextAsync(Receiving(), new() { Timeout = (float)Limit.OfAWait.TotalMilliseconds });
        foreach (string link in (string[])[hosts.FirstLink.Name, hosts.SecondLink.Name])
            await ExpectAsync(window.Page.Locator("tbody tr", new() { HasText = link }).First, "in use");

        new Uri(window.Page.Url).Fragment.Should().Be("#other-side");
        await transfer.EndAsync();
        server.Shutdown(SocketShutdown.Send);
        await Assertions.Expect(other).ToBeHiddenAsync(new() { Timeout = (float)Limit.OfAWait.TotalMilliseconds });
        await window.Page.GotoAsync($"{gateway.Address}connections");
        await window.SeeAsync("connection");
        (await window.TextAsync()).Should().NotContain("relayed by");
        window.Complaints.Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Two_mptcp_connections_of_a_relay_lead_to_each_other_and_show_their_paths_together()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Socket listener = hosts.Listen();
        await using RelayingGateway gateway = await RelayingGateway.StartAsync(hosts.Client, "mptcp@127.0.0.1:0", $"mptcp@{listener.EndPoint()}");
        using Socket client = gateway.Connect(MptcpMode.Required), server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        Transfer transfer = Transfer.Start(client, server);
        await using Window window = await chromium.OpenAsync();
        await gateway.ServeAsync(window);

        await window.Page.GotoAsync($"{gateway.Address}connections?q={server.RemoteEndPoint}");
        await window.Page.Locator("tbody tr", new() { HasText = $"{listener.EndPoint()}" }).Locator("td .token").ClickAsync();

        ILocator other = window.Page.GetByRole(AriaRole.Region, new() { Name = "The server's side" });
        foreach (string link in (string[])[hosts.FirstLink.Name, hosts.SecondLink.Name])
            await ExpectAsync(other.Locator("tbody tr", new() { HasText = link }), "in use");

        await ExpectAsync(other.Locator("figure"), "Throughput, stacked by path");
        await other.Locator("a.token").ClickAsync();
        await ExpectAsync(window.Page.GetByRole(AriaRole.Region, new() { Name = "The client's side" }), $"{client.LocalEndPoint}");
        window.Complaints.Should().BeEmpty();
        await transfer.EndAsync();
    }

    static Task ExpectAsync(ILocator part, string text) => Assertions.Expect(part).ToContainTextAsync(text, new() { Timeout = (float)Limit.OfAWait.TotalMilliseconds });

    [GeneratedRegex(@"Receiving\s*[\d.]+ Mbit/s")]
    private static partial Regex Receiving();
}
