using System.Text.RegularExpressions;

namespace Mptcp.Sockets.Tests;

public partial class ReliabilityPageTests
{
    [Fact]
    public void Every_test_that_the_page_of_promises_names_exists()
    {
        string page = File.ReadAllText(Repository.PathOf("docs/reliability.md"));
        (string Class, string Method)[] named = [.. NamedTest().Matches(page).Select(match => (match.Groups[1].Value, match.Groups[2].Value)).Distinct()];
        string[] sources = Directory.GetFiles(Repository.PathOf("tests"), "*Tests.cs", SearchOption.AllDirectories);

        named.Should().HaveCountGreaterThan(15);
        named.Should().OnlyContain(test => sources.Any(source => Path.GetFileNameWithoutExtension(source) == test.Class && File.ReadAllText(source).Contains($" {test.Method}(", StringComparison.Ordinal)));
    }

    [GeneratedRegex("`([A-Za-z]+Tests)\\.([A-Za-z0-9_]+)`")]
    private static partial Regex NamedTest();
}
