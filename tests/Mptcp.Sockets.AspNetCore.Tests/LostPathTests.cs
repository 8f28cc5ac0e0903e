using Mptcp.Sockets.AspNetCore.Tests.Support;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>A server with two paths to its clients. One path dies under load.</summary>
public class LostPathTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_request_fails_when_a_path_is_lost(bool isBlackhole)
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        string url = $"http://{hosts.FirstLink.GetAddress(hosts.Server)}:5080";
        await using WebServer server = await WebServer.StartAsync(hosts.Server, WebServer.Sample, environment: null, "--Kestrel:Endpoints:Http:Url=http://*:5080");
        string curl = Needs.Program("curl", "curl"), wrk = Needs.Program("wrk", "wrk");
        Task<string>[] clients =
        [
            .. Enumerable.Range(0, 3).Select(_ => RunAsync(curl, "--silent", "--show-error", "--fail", "--output", "/dev/null", "--write-out", "%{size_download}", $"{url}/download/8")),
            RunAsync(wrk, "--threads", "1", "--connections", "8", "--duration", "6s", "--timeout", "60s", $"{url}/"),
        ];
        await Eventually.TrueAsync(() => hosts.Server.Read("MPJoinAckRx") >= 11, "every connection has its second path");
        await Eventually.TrueAsync(() => hosts.FirstLink.ReadBytesSent(hosts.Server) > 1_000_000, "the downloads are under way");

        using (isBlackhole ? hosts.FirstLink.Blackhole() : hosts.FirstLink.Down())
        {
            string[] said = await Task.WhenAll(clients).WaitAsync(Limit.OfAWait);

            said[..3].Should().Equal("8000000", "8000000", "8000000");
            said[3].Should().Contain("requests in").And.NotContain("Socket errors").And.NotContain("Non-2xx");
        }

        Task<string> RunAsync(string program, params string[] arguments) => WebServer.RunClientAsync(hosts.Client, "mptcpize", "mptcpize", ["run", program, .. arguments]);
    }
}
