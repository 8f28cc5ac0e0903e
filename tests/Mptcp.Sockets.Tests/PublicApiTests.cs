using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Tests;

public class PublicApiTests
{
    [Fact]
    public void Is_what_was_agreed() => PublicApi.ShouldBeAsAgreed(typeof(MptcpSocket).Assembly, "tests/Mptcp.Sockets.Tests/PublicApi.txt");

    [Fact]
    public void Depends_on_nothing_but_logging_abstractions()
    {
        typeof(MptcpSocket).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name)
            .Where(name => !File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), $"{name}.dll")))
            .Should().Equal("Microsoft.Extensions.Logging.Abstractions");
    }
}
