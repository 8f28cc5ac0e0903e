using System.Text.RegularExpressions;

namespace Mptcp.Lab.Tests;

public partial class ReadmeTests
{
    static readonly string s_readme = File.ReadAllText(Repository.PathOf("src/Mptcp.Lab/README.md"));

    [Fact]
    public void Every_snippet_compiles()
    {
        string compiled = Squeeze(File.ReadAllText(Repository.PathOf("tests/Mptcp.Lab.Tests/ReadmeSnippets.cs")));
        Match[] snippets = [.. Snippet().Matches(s_readme).Cast<Match>()];

        snippets.Should().NotBeEmpty();
        foreach (Match snippet in snippets)
            compiled.Should().Contain(Squeeze(snippet.Groups[1].Value));
    }

    [Fact]
    public void Every_fault_is_in_the_table()
    {
        IEnumerable<string> faults = typeof(LabLink).GetMethods().Where(method => method.ReturnType == typeof(LabFault)).Select(method => method.Name);

        foreach (string fault in faults.Append(nameof(LabLink.FlapAsync)))
            s_readme.Should().Contain($"| `{fault}(");
    }

    static string Squeeze(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
