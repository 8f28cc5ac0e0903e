using System.Text.RegularExpressions;

namespace Mptcp.Testing;

/// <summary>The C# in documents, which stands in a source file of the tests as well, so that it compiles.</summary>
static partial class Snippets
{
    /// <summary>Each of the document's is in the source file, indented as that wants.</summary>
    /// <returns>How many there are.</returns>
    internal static int ShouldCompile(string document, string source)
    {
        string compiled = Squeeze(File.ReadAllText(Repository.PathOf(source)));
        MatchCollection snippets = Snippet().Matches(File.ReadAllText(Repository.PathOf(document)));
        foreach (Match snippet in snippets)
            compiled.Should().Contain(Squeeze(snippet.Groups[1].Value));

        return snippets.Count;
    }

    static string Squeeze(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();
}
