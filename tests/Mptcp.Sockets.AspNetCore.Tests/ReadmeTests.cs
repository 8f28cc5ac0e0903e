using System.Reflection;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore.Tests;

public class ReadmeTests
{
    const string Readme = "src/Mptcp.Sockets.AspNetCore/README.md";

    [Fact]
    public void Every_snippet_compiles() => Snippets.ShouldCompile(Readme, "tests/Mptcp.Sockets.AspNetCore.Tests/ReadmeSnippets.cs").Should().BePositive();

    [Fact]
    public void Every_example_of_a_member_compiles() => Snippets.ExamplesShouldCompile("src/Mptcp.Sockets.AspNetCore", "tests/Mptcp.Sockets.AspNetCore.Tests/Examples.cs").Should().BePositive();

    [Fact]
    public void Every_log_message_is_in_the_table_once()
    {
        string readme = File.ReadAllText(Repository.PathOf(Readme));
        LoggerMessageAttribute[] messages = [.. typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>()];

        messages.Select(message => message.EventId).Should().OnlyHaveUniqueItems().And.NotBeEmpty();
        foreach (LoggerMessageAttribute message in messages)
            readme.Should().Contain($"| {message.EventId} | {message.EventName} | {message.Level} | ");
    }
}
