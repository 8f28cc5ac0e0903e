using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

public class RequirementsTests
{
    [Fact]
    public void No_requirement_is_missing_if_a_lab_can_be_created()
    {
        Needs.LabFeatures(Enum.GetValues<LabFeature>());

        LabNetwork.Missing.Should().BeEmpty();
        Labs.TwoHosts("wifi").Dispose();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_user_without_namespaces_gets_the_remedy()
    {
        Needs.Lab();
        string setpriv = Needs.Program("setpriv", "util-linux");

        Child.Result result = (await Witness.RunAsync([setpriv, "--bounding-set=-sys_admin", "--"], ["missing"])).ShouldSucceed();

        string[] lines = result.Output.TrimEnd().Split('\n');
        lines.Should().HaveCount(2);
        lines[0].Should().Be(
            "NetworkNamespaces True: A lab needs network namespaces (unshare(CLONE_NEWNET): Operation not permitted): run as root, or inside 'unshare --user --map-root-user'.");
        lines[1].Should().Be($"LabNotSupportedException: {lines[0]["NetworkNamespaces True: ".Length..]}");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_program_that_is_not_installed_is_named_with_its_package()
    {
        Needs.Lab();
        var environment = new Dictionary<string, string> { ["PATH"] = "/nowhere", ["DOTNET_ROOT"] = DotNetRoot };

        Child.Result result = (await Witness.RunAsync([], ["missing"], environment)).ShouldSucceed();

        const string setpriv = "Setpriv False: A lab needs the program setpriv for a part of its features: on Debian, 'apt-get install util-linux'.";
        const string ss = "Ss False: A lab needs the program ss for a part of its features: on Debian, 'apt-get install iproute2'.";
        result.Output.Should().Contain(setpriv).And.Contain(ss).And.Contain("made");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_setting_is_named_if_AppArmor_forbids_namespaces()
    {
        Needs.Lab();
        string unshare = await Needs.MountNamespacesAsync(), setpriv = Needs.Program("setpriv", "util-linux");
        const string forbid = "mount -t tmpfs none /proc/sys/kernel && echo 1 > /proc/sys/kernel/apparmor_restrict_unprivileged_userns && exec \"$@\"";

        Child.Result result = (await Witness.RunAsync(
            [unshare, "--mount", "sh", "-c", forbid, "sh", setpriv, "--bounding-set=-sys_admin", "--"], ["missing"])).ShouldSucceed();

        result.Output.Should().StartWith("UnconfinedUserNamespaces True: ").And.Contain("'sysctl -w kernel.apparmor_restrict_unprivileged_userns=0'");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Settings_that_are_read_only_are_named_with_the_remedy()
    {
        Needs.Lab();
        string unshare = await Needs.MountNamespacesAsync();
        const string forbid = "mount --bind /proc/sys /proc/sys && mount -o remount,bind,ro /proc/sys && exec \"$@\"";

        Child.Result result = (await Witness.RunAsync([unshare, "--mount", "sh", "-c", forbid, "sh"], ["missing"])).ShouldSucceed();

        result.Output.Should().StartWith("WritableSettings True: ").And.Contain("'mount -o remount,rw /proc/sys'").And.Contain("LabNotSupportedException");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_lab_without_faults_and_rates_needs_no_program()
    {
        Needs.Lab();
        string unshare = await Needs.MountNamespacesAsync();
        string mount = Needs.Program("mount", "mount");
        string hide = $"for directory in /usr/sbin /sbin; do {mount} -t tmpfs none $directory; done; exec \"$@\"";
        string[] launcher = [unshare, "--mount", Needs.Program("sh", "dash"), "-c", hide, "sh"];
        var environment = new Dictionary<string, string> { ["PATH"] = "/nowhere", ["DOTNET_ROOT"] = DotNetRoot };

        string missing = (await Witness.RunAsync(launcher, ["missing"], environment)).ShouldSucceed().Output;
        string[] without = (await Witness.RunAsync(launcher, ["without"], environment)).ShouldSucceed().Output.TrimEnd().Split('\n');

        missing.Should().Contain("Nft False: ").And.Contain("Tbf False: ").And.Contain("Ip False: ").And.EndWith("made\n");
        without.Should().Equal(
            "received 1",
            "This needs the program nft: on Debian, 'apt-get install nftables'.",
            "This needs the program tc: on Debian, 'apt-get install iproute2'.",
            "This needs the program ip: on Debian, 'apt-get install iproute2'.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_ordinary_user_s_program_starts_again_as_root_of_a_user_namespace()
    {
        Needs.Lab();
        string setpriv = Needs.Program("setpriv", "util-linux");
        string[] nobody = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups", "--"];
        Child.Result allowed = await Child.RunAsync(nobody[0], [.. nobody[1..], "unshare", "--user", "--map-root-user", "--net", "true"]);
        if (allowed.ExitCode != 0)
            Needs.Lacks($"user namespaces for ordinary users: {allowed.Error.Trim()}");

        Child.Result result = await Witness.RunAsync(nobody, ["restart", "with", "arguments"], new Dictionary<string, string> { ["DOTNET_ROOT"] = DotNetRoot });

        result.Output.Should().Be("root 0\n", result.Error);
        result.ExitCode.Should().Be(7, "it is that of the program that was started again");
    }

    /// <summary>Three directories above the runtime: shared/Microsoft.NETCore.App/VERSION.</summary>
    static string DotNetRoot => Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);
}
