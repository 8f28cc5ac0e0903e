using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore.Tests;

public partial class ReadmeTests
{
    static readonly string s_readme = File.ReadAllText(Repository.PathOf("src/Mptcp.Sockets.AspNetCore/README.md"));

    [Fact]
    public void Every_snippet_compiles()
    {
        string compiled = Squeeze(File.ReadAllText(Repository.PathOf("tests/Mptcp.Sockets.AspNetCore.Tests/ReadmeSnippets.cs")));
        Match[] snippets = [.. Snippet().Matches(s_readme).Cast<Match>()];

        snippets.Should().NotBeEmpty();
        foreach (Match snippet in snippets)
            compiled.Should().Contain(Squeeze(snippet.Groups[1].Value));
    }

    [Fact]
    public void Every_log_message_is_in_the_table_once()
    {
        LoggerMessageAttribute[] messages = [.. typeof(Log).GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>()];

        messages.Select(message => message.EventId).Should().OnlyHaveUniqueItems().And.NotBeEmpty();
        foreach (LoggerMessageAttribute message in messages)
            s_readme.Should().Contain($"| {message.EventId} | {message.EventName} | {message.Level} | ");
    }

    static string Squeeze(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
