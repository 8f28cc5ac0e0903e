using Mptcp.Sockets.AspNetCore.Tests.Support;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>Servers on hosts where MPTCP is turned off, and in an application that does not know MPTCP.</summary>
public class ProcessTests
{
    const string Url = "http://127.0.0.1:5080";

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_server_on_a_host_without_MPTCP_uses_TCP_and_logs_why()
    {
        using var one = new OneHost(mptcpEnabled: false);
        await using WebServer server = await WebServer.StartAsync(one.Host);

        (await WebServer.CurlAsync(one.Host, isMptcp: false, $"{Url}/")).Should().StartWith("HTTP/1.1 over Tcp");
        (await WebServer.CurlAsync(one.Host, isMptcp: false, $"{Url}/health")).Should().StartWith("mptcp: Degraded.").And.Contain("net.mptcp.enabled=1");
        server.Said.Should().Contain("Now listening on 127.0.0.1:5080 over TCP: MPTCP is turned off in this network namespace");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_server_that_requires_MPTCP_does_not_start_on_a_host_without_it()
    {
        using var one = new OneHost(mptcpEnabled: false);

        Child.Result failed = await WebServer.FailAsync(one.Host, "--Kestrel:Endpoints:Http:Mptcp=Required");

        failed.ExitCode.Should().NotBe(0);
        failed.Error.Should().Contain("net.mptcp.enabled=1");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("Mptcp.Sockets.AspNetCore", "Mptcp")]
    [InlineData("", "Tcp")]
    public async Task An_environment_variable_enables_MPTCP_in_an_unchanged_application(string startup, string expected)
    {
        using var one = new OneHost();
        var environment = new Dictionary<string, string> { ["ASPNETCORE_HOSTINGSTARTUPASSEMBLIES"] = startup, ["ASPNETCORE_URLS"] = Url };
        await using WebServer server = await WebServer.StartAsync(one.Host, WebServer.Witness, environment);

        (await WebServer.CurlAsync(one.Host, isMptcp: true, Url)).Should().Be(expected);
    }
}
