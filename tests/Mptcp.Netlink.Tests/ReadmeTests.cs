using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Mptcp.Netlink.Tests;

public partial class ReadmeTests
{
    const string Readme = "src/Mptcp.Netlink/README.md";

    [Fact]
    public void Every_snippet_compiles() => Snippets.ShouldCompile(Readme, "tests/Mptcp.Netlink.Tests/ReadmeSnippets.cs").Should().BePositive();

    [Fact]
    public void Every_example_of_a_member_compiles() => Snippets.ExamplesShouldCompile("src/Mptcp.Netlink", "tests/Mptcp.Netlink.Tests/Examples.cs").Should().BePositive();

    [Fact]
    public void Every_message_is_in_the_table_and_its_number_is_its_own()
    {
        Type log = typeof(MptcpConnections).Assembly.GetType("Mptcp.Netlink.Telemetry.Log", throwOnError: true)!;
        string[] messages =
        [
            .. log.GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
                .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>())
                .OfType<LoggerMessageAttribute>()
                .OrderBy(message => message.EventId)
                .Select(message => $"{message.EventId} | {message.EventName} | {message.Level}"),
        ];
        string[] rows = [.. Row().Matches(File.ReadAllText(Repository.PathOf(Readme))).Select(row => row.Groups[1].Value)];

        rows.Should().Equal(messages);
        messages.Select(message => message.Split(' ')[0]).Should().OnlyHaveUniqueItems();
    }

    [GeneratedRegex(@"^\| (\d+ \| \w+ \| \w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
