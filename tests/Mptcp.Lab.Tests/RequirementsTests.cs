using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

public class RequirementsTests
{
    [Fact]
    public void Nothing_is_missing_where_a_lab_can_be_made()
    {
        Needs.Lab();

        LabNetwork.Missing.Should().BeEmpty();
        Labs.TwoHosts("wifi").Dispose();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Who_may_not_make_namespaces_is_told_how()
    {
        Needs.Lab();
        string setpriv = Needs.Program("setpriv", "util-linux");

        Child.Result result = (await Witness.RunAsync([setpriv, "--bounding-set=-sys_admin", "--"], ["missing"])).ShouldSucceed();

        string[] lines = result.Output.TrimEnd().Split('\n');
        lines.Should().HaveCount(2);
        lines[0].Should().Be(
            "A lab needs network namespaces (unshare(CLONE_NEWNET): Operation not permitted): run as root, or inside 'unshare --user --map-root-user'.");
        lines[1].Should().Be($"LabNotSupportedException: {lines[0]}");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_program_that_is_not_installed_is_named_with_its_package()
    {
        Needs.Lab();
        var environment = new Dictionary<string, string> { ["PATH"] = "/nowhere", ["DOTNET_ROOT"] = DotNetRoot };

        Child.Result result = (await Witness.RunAsync([], ["missing"], environment)).ShouldSucceed();

        const string setpriv = "A lab needs the program setpriv: on Debian, 'apt-get install util-linux'.";
        const string ss = "A lab needs the program ss: on Debian, 'apt-get install iproute2'.";
        result.Output.Should().Contain(setpriv).And.Contain(ss).And.Contain("LabNotSupportedException: ");
    }

    /// <summary>Three directories above that of the runtime itself: shared/Microsoft.NETCore.App/VERSION.</summary>
    static string DotNetRoot => Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);
}
