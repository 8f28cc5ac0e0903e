using Microsoft.Extensions.DependencyInjection;

namespace Mptcp.Extensions.Http.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_equals_the_agreed_one() =>
        PublicApi.ShouldBeAsAgreed(typeof(MptcpHttpClientBuilderExtensions).Assembly, "tests/Mptcp.Extensions.Http.Tests/PublicApi.txt");

    [Fact]
    public void The_package_needs_no_ASP_NET_Core() =>
        typeof(MptcpHttpClientBuilderExtensions).Assembly.GetReferencedAssemblies().Select(name => name.Name).Should().NotContainMatch("Microsoft.AspNetCore*");
}
