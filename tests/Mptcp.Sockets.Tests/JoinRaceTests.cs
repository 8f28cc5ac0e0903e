using Verdict = Mptcp.Testing.JoinRace.Verdict;

namespace Mptcp.Sockets.Tests;

/// <summary>
/// docs/kernel-report.md says which kernels put the first packet of a joined subflow at a wrong place. If this fails on Linux 6.18, the kernel
/// has been mended, and the documents and the doctor can say so.
/// </summary>
public class JoinRaceTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task The_kernels_of_the_report_have_the_fault_and_no_others()
    {
        Needs.Mptcp();
        Needs.Lab();
        Needs.Program("gcc", "gcc");
        Needs.Program("nft", "nftables");

        Child.Result shown = await JoinRace.ShowAsync();

        if ((Verdict)shown.ExitCode == Verdict.UserfaultfdForbidden)
            Needs.Lacks("userfaultfd: run as root, or set vm.unprivileged_userfaultfd=1.");

        Version kernel = Environment.OSVersion.Version;
        bool isNamed = kernel >= new Version(6, 15) && kernel < new Version(6, 19);
        ((Verdict)shown.ExitCode).Should().Be(isNamed ? Verdict.Shown : Verdict.Absent, "the program says: {0}{1}", shown.Output, shown.Error);
    }
}
