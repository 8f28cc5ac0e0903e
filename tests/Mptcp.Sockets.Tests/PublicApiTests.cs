using System.Runtime.InteropServices;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

public class PublicApiTests
{
    /// <summary>
    /// The public surface is what PublicApi.txt says. After a deliberate change, run the tests with MPTCP_TESTS_ACCEPT=1 and look at the diff.
    /// </summary>
    [Fact]
    public void Is_what_was_agreed()
    {
        string[] actual = PublicSurface.Describe(typeof(MptcpSocket).Assembly).Split('\n');
        string approvedFile = Project.File("PublicApi.txt");
        if (Environment.GetEnvironmentVariable("MPTCP_TESTS_ACCEPT") == "1")
            File.WriteAllLines(approvedFile, actual);

        string[] approved = File.ReadAllLines(approvedFile);

        actual.Except(approved).Should().BeEmpty("this is new");
        approved.Except(actual).Should().BeEmpty("this has gone");
        actual.Should().Equal(approved);
    }

    [Fact]
    public void Depends_on_nothing_but_logging_abstractions()
    {
        typeof(MptcpSocket).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name)
            .Where(name => !File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), $"{name}.dll")))
            .Should().Equal("Microsoft.Extensions.Logging.Abstractions");
    }
}
