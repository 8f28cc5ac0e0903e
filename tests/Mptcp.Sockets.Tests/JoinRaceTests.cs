namespace Mptcp.Sockets.Tests;

/// <summary>docs/kernel-report.md says which kernels put the first packet of a joined subflow at a wrong place.</summary>
public class JoinRaceTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Only_the_kernels_of_the_report_have_the_fault()
    {
        Needs.Mptcp();
        Needs.Lab();
        Needs.Program("gcc", "gcc");
        Needs.Program("nft", "nftables");

        Child.Result shown = await Child.RunAsync(Repository.PathOf("eng/join-race/run"), []);

        shown.Output.Should().Contain("40004 of 40004 bytes arrived", "the program says: {0}", shown.Error);
        if (!WrongBytes.KernelMisplacesPackets)
            shown.Output.Should().EndWith(" 0 of them at a wrong place\n");
    }
}
