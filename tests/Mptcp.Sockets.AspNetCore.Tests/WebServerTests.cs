using System.Security.Cryptography;
using Mptcp.Sockets.AspNetCore.Tests.Support;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>samples/WebServer with clients of other projects.</summary>
public sealed class WebServerTests : IAsyncLifetime
{
    const int Bytes = 100_000_000;
    const string Http = "http://127.0.0.1:5080", Plain = "http://127.0.0.1:5081", Https = "https://127.0.0.1:5443";

    readonly OneHost _one = new();
    WebServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await WebServer.StartAsync(
        _one.Host, WebServer.Sample, environment: null, "--Kestrel:Endpoints:Http2:Url=http://127.0.0.1:5082", "--Kestrel:Endpoints:Http2:Protocols=Http2");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _one.Dispose();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_response_says_which_protocol_curl_used()
    {
        (string Option, string Url, string Version)[] ways =
        [
            ("--http1.1", Http, "1.1"), ("--http2-prior-knowledge", "http://127.0.0.1:5082", "2"), ("--http1.1", Https, "1.1"), ("--http2", Https, "2"),
        ];
        foreach ((string option, string url, string version) in ways)
        {
            foreach (bool isMptcp in new[] { true, false })
            {
                string answer = await WebServer.CurlAsync(_one.Host, isMptcp, option, "--dump-header", "-", "--write-out", "\nversion %{http_version}", url);

                answer.Should().MatchRegex($"(?i)mptcp-state: {(isMptcp ? "Mptcp" : "Tcp")}").And.EndWith($"version {version}");
                answer.Contains("subflow 127.0.0.1:", StringComparison.Ordinal).Should().Be(isMptcp);
            }
        }

        (await WebServer.CurlAsync(_one.Host, isMptcp: true, Plain)).Should().StartWith("HTTP/1.1 over Tcp", "this endpoint is disabled");
        _server.Said.Should().Contain("Now listening on 127.0.0.1:5080 over MPTCP.").And.Contain("Now listening on 127.0.0.1:5081 over TCP: ");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Large_bodies_arrive_unchanged()
    {
        using var directory = new TemporaryDirectory();
        string sent = directory.File("sent"), received = directory.File("received");
        byte[] bytes = Peers.RandomBytes(Bytes);
        await File.WriteAllBytesAsync(sent, bytes);
        foreach (string url in new[] { Http, Https })
        {
            foreach (bool isMptcp in new[] { true, false })
            {
                (await WebServer.CurlAsync(_one.Host, isMptcp, "--upload-file", sent, $"{url}/upload")).Should().Be(Convert.ToHexStringLower(SHA256.HashData(bytes)));

                string header = await WebServer.CurlAsync(_one.Host, isMptcp, "--dump-header", "-", "--output", received, $"{url}/download/{Bytes / 1_000_000}");
                await using FileStream file = File.OpenRead(received);
                file.Length.Should().Be(Bytes);
                header.Should().MatchRegex($"(?i)content-sha256: {Convert.ToHexString(await SHA256.HashDataAsync(file))}");
            }
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(-1)]
    [InlineData(1001)]
    public async Task A_download_of_an_invalid_size_is_refused(int megabytes) =>
        (await WebServer.CurlAsync(_one.Host, isMptcp: false, "--write-out", "%{http_code}", $"{Http}/download/{megabytes}"))
            .Should().Be($"The megabytes must be from 0 to 1000, not {megabytes}.\n400");

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(262, "Mptcp")]
    [InlineData(6, "Tcp")]
    public async Task A_Python_client_is_served(int protocol, string expected)
    {
        const string client =
            """
            import socket, sys
            client = socket.socket(socket.AF_INET, socket.SOCK_STREAM, int(sys.argv[1]))
            client.connect(('127.0.0.1', 5080))
            client.sendall(b'GET / HTTP/1.0\r\nHost: localhost\r\n\r\n')
            while data := client.recv(65536):
                sys.stdout.write(data.decode())
            """;

        (await WebServer.RunClientAsync(_one.Host, "python3", "python3", "-c", client, $"{protocol}")).Should().Contain($"Mptcp-State: {expected}");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Many_connections_at_once_are_served(bool isMptcp)
    {
        string[] wrk = ["--threads", "2", "--connections", "200", "--duration", "2s", "--timeout", "30s", $"{Http}/"];

        string said = isMptcp
            ? await WebServer.RunClientAsync(_one.Host, "mptcpize", "mptcpize", ["run", Needs.Program("wrk", "wrk"), .. wrk])
            : await WebServer.RunClientAsync(_one.Host, "wrk", "wrk", wrk);

        said.Should().Contain("requests in").And.NotContain("Socket errors").And.NotContain("Non-2xx");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_health_endpoint_reports_MPTCP()
    {
        (await WebServer.CurlAsync(_one.Host, isMptcp: false, $"{Http}/health")).Should().StartWith("mptcp: Healthy.");
    }
}
