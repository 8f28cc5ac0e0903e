using System.Reflection;
using System.Xml.Linq;

namespace Mptcp.Testing;

/// <summary>
/// Compares the public API of an assembly with PublicApi.txt of its test project. After a deliberate change, run the tests with MPTCP_TESTS_ACCEPT=1 and check the
/// diff.
/// </summary>
/// <remarks>
/// Microsoft.CodeAnalysis.PublicApiAnalyzers is no alternative: it records neither base types nor whether a type is a class, a struct or sealed, and each breaks users.
/// </remarks>
static class PublicApi
{
    internal static void ShouldBeAsAgreed(Assembly assembly, string approvedFile)
    {
        string[] actual = PublicSurface.Describe(assembly).Split('\n');
        string path = Repository.PathOf(approvedFile);
        if (Environment.GetEnvironmentVariable("MPTCP_TESTS_ACCEPT") == "1")
            File.WriteAllLines(path, actual);

        string[] approved = File.ReadAllLines(path);

        actual.Except(approved).Should().BeEmpty("this is new");
        approved.Except(actual).Should().BeEmpty("this has gone");
        actual.Should().Equal(approved);
        ShouldSayWhichThreadsMayUseThem(assembly);
    }

    /// <summary>For static members, options and data, docs/api.md says it.</summary>
    static void ShouldSayWhichThreadsMayUseThem(Assembly assembly)
    {
        IEnumerable<string?> saying = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
            .Where(member => member.Value.Contains("thread-safe", StringComparison.OrdinalIgnoreCase))
            .Select(member => member.Attribute("name")?.Value);

        assembly.GetExportedTypes().Where(HasState).Select(type => $"T:{type.FullName}").Should().BeSubsetOf(saying, "each type says whether it is thread-safe");
    }

    static bool HasState(Type type) => type is { IsClass: true, IsNested: false } && !type.IsSubclassOf(typeof(Exception)) && type.GetMethod("<Clone>$") is null // a record
        && type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .Any(method => !method.IsSpecialName && method.Name != "Deconstruct" && method.GetBaseDefinition().DeclaringType != typeof(object));
}
