using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Telemetry;

namespace Mptcp.Gateway.Tests;

public partial class ReadmeTests
{
    const string Guide = "docs/gateway.md";

    [Fact]
    public void Every_snippet_and_every_example_compiles()
    {
        Snippets.ShouldCompile("src/Mptcp.Gateway/README.md", "tests/Mptcp.Gateway.Tests/ReadmeSnippets.cs").Should().BePositive();
        Snippets.ExamplesShouldCompile("src/Mptcp.Gateway", "tests/Mptcp.Gateway.Tests/ReadmeSnippets.cs").Should().BePositive();
    }

    [Fact]
    public void Every_setting_is_in_the_guide()
    {
        string guide = File.ReadAllText(Repository.PathOf(Guide));
        foreach (PropertyInfo setting in typeof(MptcpGatewayRouteOptions).GetProperties())
            guide.Should().Contain($"`{setting.Name}`");
    }

    [Fact]
    public void Every_log_message_is_in_the_guide_and_its_number_is_its_own()
    {
        string[] messages =
        [
            .. typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.NonPublic | BindingFlags.Public)
                .Select(method => (method.Name, Message: method.GetCustomAttribute<LoggerMessageAttribute>()))
                .Where(method => method.Message is not null)
                .OrderBy(method => method.Message!.EventId)
                .Select(method => $"{method.Message!.EventId} | {method.Name} | {method.Message.Level}"),
        ];
        string[] rows = [.. Row().Matches(File.ReadAllText(Repository.PathOf(Guide))).Select(row => row.Groups[1].Value)];

        rows.Should().Equal(messages);
        messages.Select(message => message.Split(' ')[0]).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Every_instrument_is_in_the_guide()
    {
        string guide = File.ReadAllText(Repository.PathOf(Guide));
        foreach (string name in new[] { MptcpGatewayTelemetry.ActiveConnections, MptcpGatewayTelemetry.Connections, MptcpGatewayTelemetry.Bytes })
            guide.Should().Contain($"| `{name}` | ");
    }

    [GeneratedRegex(@"^\| (\d+ \| \w+ \| \w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
