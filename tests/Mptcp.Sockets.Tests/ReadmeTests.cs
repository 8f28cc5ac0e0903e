using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Tests;

public partial class ReadmeTests
{
    static readonly string s_readme = File.ReadAllText(Repository.PathOf("README.md"));

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/am-i-using-mptcp.md")]
    public void Every_snippet_compiles(string document)
    {
        string compiled = Squeeze(File.ReadAllText(Repository.PathOf("tests/Mptcp.Sockets.Tests/ReadmeSnippets.cs")));
        Match[] snippets = [.. Snippet().Matches(File.ReadAllText(Repository.PathOf(document))).Cast<Match>()];

        snippets.Should().NotBeEmpty();
        foreach (Match snippet in snippets)
            compiled.Should().Contain(Squeeze(snippet.Groups[1].Value));
    }

    [Fact]
    public void Every_log_message_is_in_the_table()
    {
        foreach (MethodInfo method in typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
        {
            if (method.GetCustomAttribute<LoggerMessageAttribute>() is { } message)
                s_readme.Should().Contain($"| {message.EventId} | {message.EventName} | ");
        }
    }

    [Fact]
    public void Every_reason_has_an_answer()
    {
        string answers = File.ReadAllText(Repository.PathOf("docs/am-i-using-mptcp.md"));
        foreach (MptcpReason reason in Enum.GetValues<MptcpReason>())
            answers.Should().Contain($"| `{reason}` | ");
    }

    [Fact]
    public void Every_instrument_is_in_the_table()
    {
        foreach (string name in new[]
        {
            MptcpTelemetry.ConnectDuration, MptcpTelemetry.ConnectAttempts, MptcpTelemetry.Connections, MptcpTelemetry.Fallbacks, MptcpTelemetry.Subflows,
            MptcpTelemetry.SubflowRtt, MptcpTelemetry.KernelCounters,
        })
            s_readme.Should().Contain($"`{name}`");
    }

    static string Squeeze(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
