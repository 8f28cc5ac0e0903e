using System.Net;
using System.Text.RegularExpressions;

namespace Mptcp.Testing;

/// <summary>
/// The C# snippets of documents and of documentation comments. A source file of the tests contains each of them, so that it compiles.
/// </summary>
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

    /// <summary>
    /// Asserts that the source file contains every example in the documentation comments of a folder, whatever its indentation.
    /// </summary>
    /// <returns>The number of examples.</returns>
    internal static int ExamplesShouldCompile(string folder, string source)
    {
        string compiled = Squeeze(File.ReadAllText(Repository.PathOf(source)));
        string[] examples =
        [
            .. Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.TopDirectoryOnly)
                .SelectMany(file => Example().Matches(File.ReadAllText(file)))
                .Select(example => WebUtility.HtmlDecode(Comment().Replace(example.Groups[1].Value, ""))),
        ];
        foreach (string example in examples)
            compiled.Should().Contain(Squeeze(example));

        return examples.Length;
    }

    static string Squeeze(string code) => string.Join('\n', code.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Snippet();

    [GeneratedRegex("<example>[\\s/]*<code>(.*?)</code>", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^ *///", RegexOptions.Multiline)]
    private static partial Regex Comment();
}
