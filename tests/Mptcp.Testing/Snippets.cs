using System.Text.RegularExpressions;

namespace Mptcp.Testing;

/// <summary>The C# snippets of documents. A source file of the tests contains each of them, so that it compiles.</summary>
static partial class Snippets
{
    /// <summary>Returns the number of C# snippets in a document.</summary>
    internal static int Count(string document) => Snippet().Count(File.ReadAllText(Repository.PathOf(document)));

    /// <summary>Asserts that the source file contains every snippet of the document, whatever its indentation.</summary>
    /// <returns>The number of snippets.</returns>
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
