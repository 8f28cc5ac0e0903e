using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>The systemd units of the samples: each service gets what it needs, and no more.</summary>
public partial class UnitsTests
{
    public static TheoryData<string> Services =>
        [.. Directory.EnumerateFiles(Repository.PathOf("samples"), "*.service", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.PathOf("."), path))];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_is_hardened(string unit)
    {
        string analyze = Needs.Program("systemd-analyze", "systemd");

        Child.Result result = await Child.RunAsync(analyze, ["security", "--offline=true", "--threshold=30", Repository.PathOf(unit)]);

        result.ExitCode.Should().Be(0, "the exposure level is at most 3.0: {0}", result.Output);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_is_what_systemd_understands(string unit)
    {
        string analyze = Needs.Program("systemd-analyze", "systemd");
        using var directory = new TemporaryDirectory();
        string copy = directory.File(Path.GetFileName(unit));
        await File.WriteAllTextAsync(copy, ExecStart().Replace(await File.ReadAllTextAsync(Repository.PathOf(unit)), "ExecStart=/bin/true"));

        Child.Result result = await Child.RunAsync(analyze, ["verify", copy]);

        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Contains(".service", StringComparison.Ordinal) && !line.Contains("not found", StringComparison.Ordinal))
            .Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_has_no_capability_but_that_of_changing_paths(string unit)
    {
        string[] lines = await File.ReadAllLinesAsync(Repository.PathOf(unit));

        lines.Where(line => line.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal)).Should().ContainSingle()
            .Which.Should().Be(unit.Contains("PathEndpoints", StringComparison.Ordinal) ? "CapabilityBoundingSet=CAP_NET_ADMIN" : "CapabilityBoundingSet=");
        lines.Should().Contain("NoNewPrivileges=yes").And.Contain("DynamicUser=yes");
    }

    [GeneratedRegex("^ExecStart=.*$", RegexOptions.Multiline)]
    private static partial Regex ExecStart();
}
