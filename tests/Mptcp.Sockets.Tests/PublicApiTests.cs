using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_equals_the_agreed_one() => PublicApi.ShouldBeAsAgreed(typeof(MptcpSocket).Assembly, "tests/Mptcp.Sockets.Tests/PublicApi.txt");

    [Fact]
    public void The_package_depends_only_on_logging_abstractions()
    {
        typeof(MptcpSocket).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name)
            .Where(name => !File.Exists(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), $"{name}.dll")))
            .Should().Equal("Microsoft.Extensions.Logging.Abstractions");
    }
}
