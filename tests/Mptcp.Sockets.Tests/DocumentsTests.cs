using System.Reflection;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Tests;

/// <summary>Compares README.md and the pages of docs/ with the code. docs/recipes, docs/monitoring.md and the packages' READMEs have tests of their own.</summary>
public class DocumentsTests
{
    static readonly string s_telemetry = File.ReadAllText(Repository.PathOf("docs/telemetry.md"));

    public static TheoryData<string> PagesWithSnippets =>
        [.. Documents.All.Where(page => Snippets.Count(page) > 0 && !page.StartsWith("src/", StringComparison.Ordinal) && !page.StartsWith("docs/recipes/", StringComparison.Ordinal) && page != "docs/monitoring.md")];

    public static TheoryData<string> Pages => [.. Documents.All];

    [Theory]
    [MemberData(nameof(PagesWithSnippets))]
    public void Every_snippet_compiles(string page) =>
        Snippets.ShouldCompile(page, "tests/Mptcp.Sockets.Tests/DocumentSnippets.cs").Should().BePositive();

    [Fact]
    public void Every_example_of_a_member_compiles() => Snippets.ExamplesShouldCompile("src/Mptcp.Sockets", "tests/Mptcp.Sockets.Tests/Examples.cs").Should().BePositive();

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_relative_link_leads_to_a_file_and_a_heading(string page) => Documents.FindDeadLinks(page).Should().BeEmpty();

    [Theory]
    [InlineData("README.md", "docs/")]
    [InlineData("docs/toc.yml", "")]
    public void Every_guide_is_in_the_table_of_contents(string contents, string prefix)
    {
        string text = File.ReadAllText(Repository.PathOf(contents));
        foreach (string page in Documents.All.Where(page => Path.GetDirectoryName(page) == "docs" && page != "docs/index.md"))
            text.Should().Contain($"{prefix}{Path.GetFileName(page)}");
    }

    [Fact]
    public async Task The_plot_shows_the_figures_of_the_benchmarks()
    {
        string python = Needs.Python();
        (await Child.RunAsync(python, [Repository.PathOf("eng/plot"), "--check"])).ShouldSucceed();
    }

    [Fact]
    public void Every_log_message_is_in_the_table()
    {
        foreach (MethodInfo method in typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.NonPublic))
        {
            if (method.GetCustomAttribute<LoggerMessageAttribute>() is { } message)
                s_telemetry.Should().Contain($"| {message.EventId} | {message.EventName} | ");
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
            s_telemetry.Should().Contain($"| `{name}` | ");
    }
}
