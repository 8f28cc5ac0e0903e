using Microsoft.Extensions.DependencyInjection;

namespace Mptcp.Extensions.Http.Tests;

public class PublicApiTests
{
    [Fact]
    public void Is_what_was_agreed() =>
        PublicApi.ShouldBeAsAgreed(typeof(MptcpHttpClientBuilderExtensions).Assembly, "tests/Mptcp.Extensions.Http.Tests/PublicApi.txt");

    [Fact]
    public void The_package_needs_no_ASP_NET_Core() =>
        typeof(MptcpHttpClientBuilderExtensions).Assembly.GetReferencedAssemblies().Select(name => name.Name).Should().NotContainMatch("Microsoft.AspNetCore*");
}
