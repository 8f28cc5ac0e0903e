using System.Net;
using System.Net.Sockets;
using System.Text;
using Mptcp.Gateway.Protocols;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

/// <summary>The client's address survives a gateway that accepts and sends PROXY headers.</summary>
public class ProxyProtocolTests
{
    const string Line = "PROXY TCP4 192.0.2.1 198.51.100.2 56324 443\r\n";

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("V1")]
    [InlineData("V2")]
    public async Task The_server_gets_a_header_with_the_clients_address(string version)
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={server.EndPoint()}", $"web:SendProxyProtocol={version}");
        await using RelayedPair pair = await RelayedPair.ConnectAsync(gateway.EndPoint(), server);

        ProxyHeader header = await ReadHeaderAsync(pair.Server);

        header.Source.Should().Be(pair.Client.LocalEndPoint);
        header.Destination.Should().Be(gateway.EndPoint());
        await pair.ExchangeAsync();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("V1")]
    [InlineData("V2")]
    public async Task An_accepted_header_is_passed_on_in_the_other_version_and_with_the_first_data(string version)
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync(
            "web:Listen=127.0.0.1:0", $"web:Connect={server.EndPoint()}", "web:AcceptProxyProtocolFrom:0=127.0.0.0/8", $"web:SendProxyProtocol={version}");
        await using RelayedPair pair = await ConnectAsync(gateway, server, Encoding.ASCII.GetBytes($"{Line}data"));

        ProxyHeader header = await ReadHeaderAsync(pair.Server);

        header.Source.Should().Be(IPEndPoint.Parse("192.0.2.1:56324"));
        header.Destination.Should().Be(IPEndPoint.Parse("198.51.100.2:443"));
        (await pair.Server.ReceiveExactlyAsync(4).WaitAsync(Limit.OfAWait)).Should().Equal("data"u8.ToArray());
        await pair.ExchangeAsync();
        await gateway.LineAsync("on behalf of 192.0.2.1:56324, which connected to 198.51.100.2:443");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Additional_fields_are_passed_on_and_logged()
    {
        byte[] tlvs = [0x02, 0, 3, (byte)'a', (byte)'.', (byte)'b', 0xe0, 0, 1, 7];
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync(
            "web:Listen=127.0.0.1:0", $"web:Connect={server.EndPoint()}", "web:AcceptProxyProtocolFrom:0=127.0.0.1", "web:SendProxyProtocol=V2");
        byte[] sent = ProxyHeader.Of(IPEndPoint.Parse("[2001:db8::1]:1"), IPEndPoint.Parse("[2001:db8::2]:2"), tlvs).ToBytes(MptcpGatewayProxyProtocol.V2);
        await using RelayedPair pair = await ConnectAsync(gateway, server, sent);

        (await pair.Server.ReceiveExactlyAsync(sent.Length).WaitAsync(Limit.OfAWait)).Should().Equal(sent);
        await gateway.LineAsync("fields: 0x02 0xe0.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_accepted_header_is_taken_off_where_none_is_sent()
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={server.EndPoint()}", "web:AcceptProxyProtocolFrom:0=127.0.0.1");
        await using RelayedPair pair = await ConnectAsync(gateway, server, Encoding.ASCII.GetBytes(Line));

        await pair.ExchangeAsync();
        (await gateway.LineAsync("came over")).Should().StartWith("web: 192.0.2.1:56324 came over");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_header_of_a_peer_that_is_not_trusted_is_data()
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={server.EndPoint()}", "web:AcceptProxyProtocolFrom:0=10.0.0.0/8");
        await using RelayedPair pair = await ConnectAsync(gateway, server, Encoding.ASCII.GetBytes(Line));

        (await pair.Server.ReceiveExactlyAsync(Line.Length).WaitAsync(Limit.OfAWait)).Should().Equal(Encoding.ASCII.GetBytes(Line));
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("PROXY TCP4 192.0.2.1", "was not complete within 00:00:01")]
    [InlineData("\r\n\r\n\0\r\nQUIT\n\u0021\u0011\u0000\u0050too short", "was not complete within 00:00:01")]
    [InlineData("", "was not complete within 00:00:01")]
    [InlineData("GET / HTTP/1.1\r\n", "It is not a PROXY header.")]
    [InlineData("PROXY TCP4 a b 1 2\r\n", "malformed")]
    public async Task A_header_that_is_wrong_or_never_comes_is_refused_and_logged_once(string sent, string reason)
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync(
            "web:Listen=127.0.0.1:0", $"web:Connect={server.EndPoint()}", "web:AcceptProxyProtocolFrom:0=127.0.0.1", "web:HeaderTimeout=00:00:01");
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());

        if (sent.Length > 0)
            await client.SendAllAsync(Encoding.Latin1.GetBytes(sent));

        await Resets.ShouldComeAsync(client);
        (await gateway.LineAsync("was refused")).Should().StartWith($"web: {client.LocalEndPoint} was refused: ").And.Contain(reason);
        server.Poll(0, SelectMode.SelectRead).Should().BeFalse("the server was not connected to");
        gateway.Logs.Entries.Should().ContainSingle(entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_header_may_come_byte_by_byte()
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Listen=127.0.0.1:0", $"web:Connect={server.EndPoint()}", "web:AcceptProxyProtocolFrom:0=127.0.0.1");
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        client.NoDelay = true;

        foreach (byte each in Encoding.ASCII.GetBytes(Line))
            await client.SendAllAsync(new[] { each });

        await using var pair = new RelayedPair(client, await server.AcceptAsync().WaitAsync(Limit.OfAWait));
        await pair.ExchangeAsync();
    }

    static async Task<RelayedPair> ConnectAsync(GatewayHost gateway, Socket server, byte[] first)
    {
        Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        await client.SendAllAsync(first);
        return new RelayedPair(client, await server.AcceptAsync().WaitAsync(Limit.OfAWait));
    }

    /// <summary>Reads byte by byte, so that the bytes after the header stay in the socket.</summary>
    static async Task<ProxyHeader> ReadHeaderAsync(Socket server)
    {
        List<byte> bytes = [];
        while (true)
        {
            bytes.AddRange(await server.ReceiveExactlyAsync(1).WaitAsync(Limit.OfAWait));
            Parsed<ProxyHeader> parsed = ProxyHeader.Parse(bytes.ToArray());
            parsed.Error.Should().BeNull();
            if (parsed.IsComplete)
                return parsed.Value!;
        }
    }
}
