using System.Text.RegularExpressions;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>The README's first command, as it is built with these tests.</summary>
public class QuickStartTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task The_sample_shows_both_ends_and_the_system()
    {
        Needs.Mptcp();
        using var one = new OneHost();

        await using Child program = Start(one);
        string output = (await program.ExitAsync()).ShouldSucceed().Output;

        output.Should().Contain("was downloaded.").And.Contain("Multipath TCP: available");
        string ends = KernelFacts.HasNoDelay ? "(client|server): Mptcp" : "(client: FellBack|server: Tcp)"; // Kestrel needs TCP_NODELAY
        Regex.Count(output, $"^{ends}\\. ", RegexOptions.Multiline).Should().Be(2, output);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_sample_runs_without_MPTCP_and_says_why()
    {
        using var one = new OneHost(mptcpEnabled: false);

        await using Child program = Start(one);
        string output = (await program.ExitAsync()).ShouldSucceed().Output;

        output.Should().Contain("was downloaded.");
        Regex.Count(output, "^(client|server): Tcp\\. .*net.mptcp.enabled=1", RegexOptions.Multiline).Should().Be(2, output);
    }

    static Child Start(OneHost one) => one.Host.Run(() => Child.Start("dotnet", [Repository.Assembly("samples/QuickStart")]));
}
