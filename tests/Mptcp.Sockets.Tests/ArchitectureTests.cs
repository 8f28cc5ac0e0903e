using System.Text.RegularExpressions;

namespace Mptcp.Sockets.Tests;

/// <summary>The folders of each package depend on each other in one direction only. The usings show it.</summary>
public partial class ArchitectureTests
{
    [Theory]
    [InlineData("Mptcp.Sockets")]
    [InlineData("Mptcp.Sockets.AspNetCore")]
    [InlineData("Mptcp.Extensions.Http")]
    [InlineData("Mptcp.Orleans")]
    [InlineData("Mptcp.Netlink")]
    [InlineData("Mptcp.Gateway")]
    [InlineData("Mptcp.Dashboard")]
    [InlineData("Mptcp.Lab")]
    public void Folders_of_a_package_have_no_circles(string package)
    {
        Dictionary<string, HashSet<string>> uses = ReadUses(package);

        string[] circles = [.. uses.Keys.Where(folder => Reaches(uses, folder, folder, [])).Order()];

        circles.Should().BeEmpty("these folders use each other: {0}", string.Join("; ", circles.Select(folder => $"{folder} → {string.Join(", ", uses[folder])}")));
    }

    [Fact]
    public void Telemetry_and_native_calls_know_no_other_folder()
    {
        Dictionary<string, HashSet<string>> uses = ReadUses("Mptcp.Sockets");

        uses["Interop"].Should().BeEmpty();
        uses["Telemetry"].Should().BeEmpty();
        uses["Info"].Should().Equal("Interop");
    }

    /// <summary>Returns, for each folder, the folders of the same package whose namespaces its files use.</summary>
    static Dictionary<string, HashSet<string>> ReadUses(string package)
    {
        string root = Repository.PathOf($"src/{package}");
        string[] folders = [.. Directory.GetDirectories(root).Select(Path.GetFileName).OfType<string>().Where(name => name is not ("bin" or "obj"))];
        return folders.ToDictionary(folder => folder, folder => Directory
            .EnumerateFiles(Path.Combine(root, folder), "*.cs", SearchOption.AllDirectories)
            .SelectMany(file => Using().Matches(File.ReadAllText(file)))
            .Select(match => match.Groups["name"].Value)
            .Where(name => name.StartsWith($"{package}.", StringComparison.Ordinal))
            .Select(name => name[(package.Length + 1)..].Split('.')[0])
            .Where(name => folders.Contains(name) && name != folder)
            .ToHashSet());
    }

    static bool Reaches(Dictionary<string, HashSet<string>> uses, string from, string to, HashSet<string> seen) =>
        uses[from].Any(next => next == to || (seen.Add(next) && Reaches(uses, next, to, seen)));

    [GeneratedRegex(@"^using (static )?(?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Using();
}
