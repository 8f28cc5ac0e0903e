using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>
/// Processes whose sockets have another protocol than requested: mptcpize turns them into MPTCP sockets, or a sandbox forbids to replace a
/// descriptor.
/// </summary>
public class ForcedProtocolTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(nameof(MptcpMode.Disabled), nameof(MptcpState.Tcp))]
    [InlineData(nameof(MptcpMode.Preferred), nameof(MptcpState.Mptcp))]
    public async Task A_mode_is_respected_under_mptcpize(string mode, string state)
    {
        Needs.Mptcp();
        string mptcpize = Needs.Program("mptcpize", "mptcpize");

        Child.Result result = await Witness.RunBehindAsync([mptcpize, "run"], ["create", mode]);

        result.ShouldSucceed().Output.Should().StartWith($"{state}\n{state}\n");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Sockets_are_wrapped_if_a_sandbox_forbids_dup3()
    {
        Needs.Mptcp();
        string strace = Needs.Program("strace", "strace");
        using var directory = new TemporaryDirectory();

        Child.Result result = await Witness.RunBehindAsync(
            [strace, "-f", "-e", "trace=dup3", "-e", "inject=dup3:error=EPERM", "-o", directory.File("log")], ["create", nameof(MptcpMode.Preferred)]);

        result.ShouldSucceed().Output.Should().StartWith($"{MptcpState.Mptcp}\n{MptcpState.Mptcp}\n");
        (await File.ReadAllTextAsync(directory.File("log"))).Should().Contain("EPERM", "it was tried");
    }
}
