using System.Text.RegularExpressions;

namespace Mptcp.Testing;

/// <summary>The Markdown pages of this repository, by their paths in it.</summary>
static partial class Documents
{
    static readonly string[] s_folders = ["docs", "samples", "src", "benchmarks", ".github"];

    /// <summary>Gets all pages, in alphabetical order.</summary>
    internal static IReadOnlyList<string> All { get; } =
    [
        .. Find("", SearchOption.TopDirectoryOnly)
            .Concat(s_folders.Where(folder => Directory.Exists(Repository.PathOf(folder))).SelectMany(folder => Find(folder, SearchOption.AllDirectories)))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Returns the relative links of a page that lead to no file, or to no heading in it.</summary>
    internal static IReadOnlyList<string> FindDeadLinks(string page) => [.. Link().Matches(ReadProse(page)).Select(link => link.Groups[1].Value).Where(link => !Exists(page, link))];

    static bool Exists(string page, string link)
    {
        if (link.StartsWith("https://", StringComparison.Ordinal))
            return true;

        string[] parts = link.Split('#');
        string target = parts[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, parts[0]);
        string path = Repository.PathOf(target);
        return parts.Length == 1 ? Path.Exists(path) : File.Exists(path) && ReadAnchors(target).Contains(parts[1]);
    }

    // The anchors that GitHub gives to headings: lower case, without punctuation, hyphens for spaces.
    static IEnumerable<string> ReadAnchors(string page) =>
        Heading().Matches(ReadProse(page)).Select(heading => NoAnchor().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    static string ReadProse(string page) => Fence().Replace(File.ReadAllText(Repository.PathOf(page)), "");

    static IEnumerable<string> Find(string folder, SearchOption option) =>
        Directory.EnumerateFiles(Repository.PathOf(folder), "*.md", option).Select(file => Path.GetRelativePath(Repository.PathOf(""), file))
            .Where(file => !Generated().IsMatch(file));

    [GeneratedRegex(@"(^|/)(bin|obj|_site)/")]
    private static partial Regex Generated();

    [GeneratedRegex("^```.*?^```", RegexOptions.Singleline | RegexOptions.Multiline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\(([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}_ -]")]
    private static partial Regex NoAnchor();
}
