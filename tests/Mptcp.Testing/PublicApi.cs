using System.Reflection;

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
    }
}
