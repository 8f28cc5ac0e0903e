using System.Reflection;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Tests;

public class ReadmeTests
{
    static readonly string s_readme = File.ReadAllText(Repository.PathOf("README.md"));

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/am-i-using-mptcp.md")]
    public void Every_snippet_compiles(string document) =>
        Snippets.ShouldCompile(document, "tests/Mptcp.Sockets.Tests/ReadmeSnippets.cs").Should().BePositive();

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
}
