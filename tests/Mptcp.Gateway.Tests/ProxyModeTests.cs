using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Mptcp.Gateway.Relaying;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

/// <summary>A gateway that clients ask with SOCKS5 or HTTP CONNECT.</summary>
public class ProxyModeTests
{
    static readonly string[] s_proxy = ["web:Mode=Proxy", "web:Listen=127.0.0.1:0"];

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("--socks5-hostname", "")]
    [InlineData("--socks5", "")]
    [InlineData("--proxy", "")]
    [InlineData("--proxytunnel --proxy", "")]
    [InlineData("--socks5-hostname", "ann:secret@")]
    [InlineData("--proxy", "ann:secret@")]
    [InlineData("--proxytunnel --proxy", "ann:secret@")]
    public async Task Curl_fetches_over_mptcp_through_the_proxy(string option, string login)
    {
        Needs.Mptcp();
        byte[] content = Peers.RandomBytes(1024 * 1024);
        string curl = Needs.Program("curl", "curl");
        await using Nginx nginx = await Nginx.StartAsync(content, Needs.Program("mptcpize", "mptcpize"), "run");
        await using GatewayHost gateway = await GatewayHost.StartAsync([.. s_proxy, .. login.Length > 0 ? ["web:Users:ann=secret"] : Array.Empty<string>()]);
        using var directory = new TemporaryDirectory();

        (await Child.RunAsync(curl, ["-sS", "--fail", .. option.Split(' '), $"{login}{gateway.EndPoint()}", "-o", directory.File("fetched"), $"{nginx.Uri}"])).ShouldSucceed();

        Traffic.ShouldBeTheSame(await File.ReadAllBytesAsync(directory.File("fetched")), content);
        (await gateway.LineAsync("came over Tcp, and is connected to")).Should().EndWith("over Mptcp.");
        await gateway.LineAsync("Completed");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("--socks5-hostname", "ann:wrong@")]
    [InlineData("--socks5-hostname", "")]
    [InlineData("--proxy", "ann:wrong@")]
    [InlineData("--proxytunnel --proxy", "ann:wrong@")]
    [InlineData("--proxytunnel --proxy", "")]
    public async Task Curl_is_refused_without_the_right_password(string option, string login)
    {
        string curl = Needs.Program("curl", "curl");
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync([.. s_proxy, "web:Users:ann=secret"]);

        Child.Result result = await Child.RunAsync(curl, ["-sS", "--fail", .. option.Split(' '), $"{login}{gateway.EndPoint()}", $"http://{server.EndPoint()}/"]);

        result.ExitCode.Should().NotBe(0);
        result.Error.Should().NotContain("Empty reply");
        (await gateway.LineAsync("was refused")).Should().Contain(login.Length > 0 ? "The name or password of 'ann' is wrong." : "It does not log in.");
        gateway.Logs.Entries.Should().NotContain(entry => entry.Text.Contains("wrong@") || entry.Text.Contains("secret"));
        server.Poll(0, SelectMode.SelectRead).Should().BeFalse();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("127.0.0.1", "Deny:0=127.0.0.0/8")]
    [InlineData("127.0.0.1", "Allow:0=10.0.0.0/8")]
    [InlineData("127.0.0.1", "Allow:0=127.0.0.1:1")]
    [InlineData("localhost", "Deny:0=127.0.0.0/8")]
    [InlineData("localhost", "Deny:0=localhost")]
    [InlineData("LOCALHOST.", "Deny:0=localhost:1-65535")]
    [InlineData("0.0.0.0", "Deny:0=127.0.0.0/8")]
    [InlineData("2130706433", "Deny:0=127.0.0.0/8")]
    [InlineData("[::ffff:127.0.0.1]", "Deny:0=127.0.0.0/8")]
    public async Task A_denied_destination_is_refused_in_each_spelling(string host, string rule)
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync([.. s_proxy, $"web:{rule}", .. rule.StartsWith("Deny", StringComparison.Ordinal) ? ["web:Deny:1=[::1]"] : Array.Empty<string>()]);

        string answer = await AskAsync(gateway, $"CONNECT {host}:{server.Port()} HTTP/1.1\r\n\r\n");

        answer.Should().StartWith("HTTP/1.1 403 Forbidden\r\n");
        (await gateway.LineAsync("was refused")).Should().Contain("is denied");
        server.Poll(0, SelectMode.SelectRead).Should().BeFalse();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("127.0.0.1", "Allow:0=127.0.0.1")]
    [InlineData("localhost", "Allow:0=*")]
    [InlineData("localhost", "Allow:0=localhost:1-65535")]
    [InlineData("localhost", "Deny:0=[::1]")]
    public async Task A_destination_that_is_allowed_is_connected_to(string host, string rule)
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync([.. s_proxy, $"web:{rule}"]);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());

        await client.SendAllAsync(Encoding.ASCII.GetBytes($"CONNECT {host}:{server.Port()} HTTP/1.1\r\n\r\nearly"));
        using Socket accepted = await server.AcceptAsync().WaitAsync(Limit.OfAWait);

        (await accepted.ReceiveExactlyAsync(5).WaitAsync(Limit.OfAWait)).Should().Equal("early"u8.ToArray());
        await accepted.SendToEndAsync("answer"u8.ToArray());
        Encoding.ASCII.GetString(await client.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().Be("HTTP/1.1 200 Connection established\r\n\r\nanswer");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_server_that_refuses_is_reported_in_the_words_of_the_protocol()
    {
        IPEndPoint refusing = Peers.Refusing();
        await using GatewayHost gateway = await GatewayHost.StartAsync([.. s_proxy, "web:ConnectMode=Preferred"]);

        (await AskAsync(gateway, $"CONNECT {refusing} HTTP/1.1\r\n\r\n")).Should().StartWith("HTTP/1.1 502 Bad Gateway\r\n");

        byte[] request = [5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, (byte)(refusing.Port >> 8), (byte)refusing.Port];
        (await AskAsync(gateway, Encoding.Latin1.GetString(request))).Should().Be("\u0005\0\u0005\u0005\0\u0001\0\0\0\0\0\0");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: 85\r\nConnection: close\r\n\r\nThis is a proxy. It serves ")]
    [InlineData("CONNECT nowhere HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("connect a:1 HTTP/1.1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("CONNECT a:1\r\n\r\n", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("GET http://a/ HTTP/1.1\r\nno colon\r\n\r\n", "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")]
    [InlineData("PRI * HTTP/2.0\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("<xml>\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\u0005\u0001\0\u0005\u0002\0\u0001\u007f\0\0\u0001\0\u0050", "\u0005\0\u0005\u0007")]
    [InlineData("\u0005\u0001\0\u0005\u0001\0\u0009\0", "\u0005\0\u0005\u0008")]
    [InlineData("\u0005\u0001\u0001", "\u0005\u00ff")]
    public async Task A_request_for_something_else_gets_an_answer(string request, string answer)
    {
        await using GatewayHost gateway = await GatewayHost.StartAsync(s_proxy);

        (await AskAsync(gateway, request)).Should().StartWith(answer);
        gateway.Logs.Entries.Should().ContainSingle(entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("a.", 126)]
    [InlineData("a.", 150)]
    [InlineData("a", 63)]
    [InlineData("\u00e4.", 150)]
    [InlineData("\u00df\u00ad", 40)]
    public async Task A_name_that_no_resolver_knows_gets_an_answer(string part, int times)
    {
        await using GatewayHost gateway = await GatewayHost.StartAsync(s_proxy);

        (await AskAsync(gateway, $"CONNECT {string.Concat(Enumerable.Repeat(part, times))}invalid:1 HTTP/1.1\r\n\r\n")).Should().MatchRegex("^HTTP/1.1 (400|502) ");
        gateway.Logs.Entries.Should().NotContain(entry => entry.Level >= Microsoft.Extensions.Logging.LogLevel.Error);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_request_that_ends_early_gets_an_answer()
    {
        await using GatewayHost gateway = await GatewayHost.StartAsync(s_proxy);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());

        await client.SendToEndAsync("CONNECT a:1 HTTP/1.1\r\n"u8.ToArray());

        Encoding.ASCII.GetString(await client.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().StartWith("HTTP/1.1 400 Bad Request\r\n");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("POST http://{0}/ HTTP/1.1\r\nContent-Length: 1048576\r\n\r\n", "HTTP/1.1 403 Forbidden\r\n")]
    [InlineData("POST http://{0}/ HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", "HTTP/1.1 411 Length Required\r\n")]
    [InlineData("POST no-url HTTP/1.1\r\nno colon\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n")]
    [InlineData("\u0005\u0001\0\u0005\u0001\0\u0001\u007f\0\0\u0001\0\u0001", "\u0005\0\u0005\u0002")]
    public async Task A_client_that_still_sends_when_it_is_refused_reads_the_whole_answer(string request, string answer)
    {
        byte[] half = Peers.RandomBytes(512 * 1024);
        await using GatewayHost gateway = await GatewayHost.StartAsync([.. s_proxy, "web:Deny:0=*", "web:HeaderTimeout=1.00:00:00"]);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());

        await client.SendAllAsync(Encoding.Latin1.GetBytes(string.Format(CultureInfo.InvariantCulture, request, Peers.Refusing())));
        await client.SendAllAsync(half);
        string received = Encoding.Latin1.GetString(await client.ReceiveToEndAsync().WaitAsync(Limit.OfAWait));
        await client.SendToEndAsync(half);

        received.Should().StartWith(answer);
        await gateway.LineAsync("Refused after 0 bytes");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_refused_client_that_never_stops_sending_is_cut_off()
    {
        await using GatewayHost gateway = await GatewayHost.StartAsync([.. s_proxy, "web:Deny:0=*", "web:HeaderTimeout=1.00:00:00"]);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        await client.SendAllAsync("POST http://127.0.0.1/ HTTP/1.1\r\nContent-Length: 1000000000\r\n\r\n"u8.ToArray());

        await ShouldBeCutOffAsync(client);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("\u0005")]
    [InlineData("\u0005\u0009\0")]
    [InlineData("CONNECT a:1 HTTP/1.1\r\n")]
    public async Task A_request_that_never_ends_is_refused_in_time(string request)
    {
        await using GatewayHost gateway = await GatewayHost.StartAsync([.. s_proxy, "web:HeaderTimeout=00:00:01"]);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        await client.SendAllAsync(Encoding.Latin1.GetBytes(request));

        await Resets.ShouldComeAsync(client);
        (await gateway.LineAsync("was refused")).Should().EndWith("was not complete within 00:00:01.");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("\u0004\u0001")]
    [InlineData("\u0016\u0003\u0001")]
    public async Task Bytes_that_are_no_request_are_refused(string bytes)
    {
        await using GatewayHost gateway = await GatewayHost.StartAsync(s_proxy);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        await client.SendAllAsync(Encoding.Latin1.GetBytes(bytes));

        await Resets.ShouldComeAsync(client);
        (await gateway.LineAsync("was refused")).Should().EndWith("Its request is neither SOCKS5 nor HTTP.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Curl_posts_a_file_to_a_server_through_the_proxy()
    {
        byte[] content = Peers.RandomBytes(2 * 1024 * 1024); // so much that curl expects 100-continue
        string curl = Needs.Program("curl", "curl");
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync([.. s_proxy, "web:ConnectMode=Preferred"]);
        using var directory = new TemporaryDirectory();
        await File.WriteAllBytesAsync(directory.File("file"), content);

        Task<Child.Result> posting = Child.RunAsync(
            curl, ["-sS", "--fail", "--proxy", $"{gateway.EndPoint()}", "--data-binary", $"@{directory.File("file")}", $"http://{server.EndPoint()}/a?b"]);
        using Socket accepted = await server.AcceptAsync().WaitAsync(Limit.OfAWait);
        string head = await ReceiveHeadAsync(accepted);
        await accepted.SendAllAsync("HTTP/1.1 100 Continue\r\n\r\n"u8.ToArray());
        byte[] body = await accepted.ReceiveExactlyAsync(content.Length).WaitAsync(Limit.OfAWait);
        await accepted.SendToEndAsync("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthank you"u8.ToArray());

        (await posting).ShouldSucceed().Output.Should().Be("thank you");
        Traffic.ShouldBeTheSame(body, content);
        head.Should().StartWith("POST /a?b HTTP/1.1\r\n").And.Contain($"\r\nHost: {server.EndPoint()}\r\n").And.Contain("\r\nExpect: 100-continue\r\n");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_second_request_on_the_same_connection_reaches_no_server_and_the_first_is_answered(bool atOnce)
    {
        const string second = "GET http://a/ HTTP/1.1\r\nCookie: a\r\n\r\n";
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync(s_proxy);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        await client.SendAllAsync(Encoding.ASCII.GetBytes($"POST http://{server.EndPoint()}/ HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody{(atOnce ? second : "")}"));
        using Socket accepted = await server.AcceptAsync().WaitAsync(Limit.OfAWait);
        await ReceiveHeadAsync(accepted);
        if (!atOnce)
            await client.SendAllAsync(Encoding.ASCII.GetBytes(second));

        await accepted.SendToEndAsync("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());

        Encoding.ASCII.GetString(await client.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().Be("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok");
        client.Shutdown(SocketShutdown.Send);
        Encoding.ASCII.GetString(await accepted.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().Be("body");
        server.Poll(0, SelectMode.SelectRead).Should().BeFalse();
        await gateway.LineAsync("Completed after ");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_that_never_stops_sending_after_its_request_is_cut_off()
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync(s_proxy);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        await client.SendAllAsync(Encoding.ASCII.GetBytes($"GET http://{server.EndPoint()}/ HTTP/1.1\r\n\r\n"));

        await ShouldBeCutOffAsync(client);
        (await gateway.LineAsync("was refused")).Should().Contain("goes on sending after its HTTP request");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_that_is_told_to_close_ends_the_connection_to_a_server_that_keeps_it_open()
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync([.. s_proxy, "web:ConnectMode=Preferred"]);
        string curl = Needs.Program("curl", "curl");
        var addresses = new List<string> { "-sS", "--proxy", $"{gateway.EndPoint()}", $"http://{server.EndPoint()}/1", $"http://{server.EndPoint()}/2" };

        Task<Child.Result> fetching = Child.RunAsync(curl, addresses);
        foreach (string path in (string[])["/1", "/2"])
        {
            using Socket accepted = await server.AcceptAsync().WaitAsync(Limit.OfAWait);
            (await ReceiveHeadAsync(accepted)).Should().StartWith($"GET {path} HTTP/1.1\r\n").And.Contain("\r\nConnection: close\r\n");
            await accepted.SendAllAsync("HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
            (await accepted.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().BeEmpty("curl closes");
        }

        (await fetching).ShouldSucceed().Output.Should().Be("okok");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("no HTTP at all")]
    [InlineData("HTTP/1.1 200 OK\r\nServer: cut off")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n")]
    [InlineData("")]
    public async Task An_answer_that_is_not_a_whole_head_is_relayed_as_it_is(string answer)
    {
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync(s_proxy);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        await client.SendAllAsync(Encoding.ASCII.GetBytes($"GET http://{server.EndPoint()}/ HTTP/1.1\r\n\r\n"));
        using Socket accepted = await server.AcceptAsync().WaitAsync(Limit.OfAWait);
        await ReceiveHeadAsync(accepted);

        await accepted.SendToEndAsync(Encoding.ASCII.GetBytes(answer));

        Encoding.ASCII.GetString(await client.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().Be(answer);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_answer_whose_head_never_ends_is_relayed_as_it_is()
    {
        byte[] answer = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nLong: {new string('a', 100_000)}");
        using Socket server = Peers.ListenTcp();
        await using GatewayHost gateway = await GatewayHost.StartAsync(s_proxy);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        await client.SendAllAsync(Encoding.ASCII.GetBytes($"GET http://{server.EndPoint()}/ HTTP/1.1\r\n\r\n"));
        using Socket accepted = await server.AcceptAsync().WaitAsync(Limit.OfAWait);
        await ReceiveHeadAsync(accepted);

        await accepted.SendAllAsync(answer); // and no end

        (await client.ReceiveExactlyAsync(answer.Length).WaitAsync(Limit.OfAWait)).Should().Equal(answer);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_request_of_a_megabyte_is_refused_and_so_is_the_memory_for_it()
    {
        await using GatewayHost gateway = await GatewayHost.StartAsync(s_proxy);
        using Socket client = await Relayed.ConnectAsync(gateway.EndPoint());
        byte[] line = Encoding.ASCII.GetBytes($"CONNECT {new string('a', 1024 * 1024)}:1 HTTP/1.1\r\n\r\n");

        await client.SendAllAsync(line);
        string answer = Encoding.ASCII.GetString(await client.ReceiveToEndAsync().WaitAsync(Limit.OfAWait));

        answer.Should().StartWith("HTTP/1.1 431 Request Header Fields Too Large\r\n");
        (await gateway.LineAsync("was refused")).Should().EndWith("It sent 16384 bytes without an end of its header or request.");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    [InlineData("0.0.0.0")]
    public async Task A_loop_to_the_gateway_itself_is_refused(string host)
    {
        await using GatewayHost gateway = await GatewayHost.StartAsync("web:Mode=Proxy", "web:Listen=:0");

        (await AskAsync(gateway, $"CONNECT {host}:{gateway.EndPoint().Port} HTTP/1.1\r\n\r\n")).Should().StartWith("HTTP/1.1 403 Forbidden\r\n");
        (await gateway.LineAsync("was refused")).Should().Contain("is this gateway itself");
    }

    /// <summary>Sends a request byte by byte, and returns the whole answer.</summary>
    static async Task<string> AskAsync(GatewayHost gateway, string request)
    {
        using Socket client = await Relayed.ConnectAsync(new IPEndPoint(IPAddress.Loopback, gateway.EndPoint().Port));
        client.NoDelay = true;
        foreach (byte each in Encoding.Latin1.GetBytes(request))
            await client.SendAllAsync(new[] { each });

        return Encoding.Latin1.GetString(await client.ReceiveToEndAsync().WaitAsync(Limit.OfAWait));
    }

    static async Task<string> ReceiveHeadAsync(Socket server)
    {
        string head = "";
        while (!head.EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head += Encoding.ASCII.GetString(await server.ReceiveExactlyAsync(1).WaitAsync(Limit.OfAWait));

        return head;
    }

    /// <summary>Sends without an end. The gateway drops a bounded number of bytes, and then resets the connection.</summary>
    static async Task ShouldBeCutOffAsync(Socket client)
    {
        byte[] block = new byte[64 * 1024];
        long sent = 0;
        await FluentActions.Awaiting(async () =>
        {
            for (; sent < 1_000_000_000; sent += block.Length)
                await client.SendAllAsync(block).WaitAsync(Limit.OfAWait);
        }).Should().ThrowAsync<SocketException>();

        sent.Should().BeGreaterThanOrEqualTo(LingeringClose.MostBytes - block.Length);
    }
}
