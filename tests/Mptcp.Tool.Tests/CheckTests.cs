using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

/// <summary><c>check</c>, with a real nginx behind firewalls. Mptcp.Netlink.Tests has firewalls on one of two paths.</summary>
public class CheckTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("", "succeeded", ExitCode.Done)]
    [InlineData("reset tcp option mptcp", "peer-without-mptcp", ExitCode.PeerWithoutMptcp)]
    [InlineData("tcp flags & psh == psh reset tcp option mptcp", "option-stripped", ExitCode.Failed)]
    [InlineData("tcp flags & (syn | ack) == syn tcp option mptcp exists drop", "syn-dropped", ExitCode.Failed)]
    [InlineData("tcp flags & (syn | ack) == syn tcp option mptcp exists reject with tcp reset", "syn-reset", ExitCode.Failed)]
    public async Task A_firewall_in_front_of_nginx_is_found(string rule, string outcome, int exitCode)
    {
        using TwoHosts hosts = TwoHosts.WithFaults((double?)null);
        await using Nginx nginx = await hosts.Server.RunAsync(() => Nginx.StartAsync(hosts.FirstLink.GetAddress(hosts.Server), "hello"u8.ToArray(), Needs.Program("mptcpize", "mptcpize"), "run"));
        if (rule.Length > 0)
            hosts.Server.Execute("nft", $"add table inet wall; add chain inet wall in {{ type filter hook input priority 0; }}; add rule inet wall in {rule}");

        Child.Result check = await ToolProcess.RunAsync(hosts.Client, "check", $"{nginx.Uri}", "--json");

        check.ExitCode.Should().Be(exitCode, check.Output + check.Error);
        check.Output.Should().Contain($"\"mptcp\":{{\"outcome\":\"{outcome}\"").And.Contain("\"tcp\":{\"outcome\":\"succeeded\"");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_server_without_MPTCP_is_found()
    {
        using TwoHosts hosts = TwoHosts.WithOneLink();
        await using Nginx nginx = await hosts.Server.RunAsync(() => Nginx.StartAsync(hosts.FirstLink.GetAddress(hosts.Server), "hello"u8.ToArray()));

        Child.Result check = await ToolProcess.RunAsync(hosts.Client, "check", $"{nginx.Uri}");

        check.ExitCode.Should().Be(ExitCode.PeerWithoutMptcp, check.Output + check.Error);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_join_that_was_not_tried_is_explained()
    {
        using TwoHosts hosts = TwoHosts.WithOneLink();
        await using Nginx nginx = await hosts.Server.RunAsync(() => Nginx.StartAsync(hosts.FirstLink.GetAddress(hosts.Server), "hello"u8.ToArray(), Needs.Program("mptcpize", "mptcpize"), "run"));

        Child.Result check = await ToolProcess.RunAsync(hosts.Client, "check", $"{nginx.Uri}");

        check.ShouldSucceed().Output.Should().Contain("- under JOIN: not tried. A further subflow is tried from each endpoint");
    }
}
