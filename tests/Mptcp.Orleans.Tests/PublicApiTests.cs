namespace Mptcp.Orleans.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_equals_the_agreed_one() => PublicApi.ShouldBeAsAgreed(typeof(MptcpSiloBuilderExtensions).Assembly, "tests/Mptcp.Orleans.Tests/PublicApi.txt");

    [Fact]
    public void The_package_needs_no_ASP_NET_Core_framework() => typeof(MptcpSiloBuilderExtensions).Assembly.GetReferencedAssemblies().Select(name => name.Name)
        .Should().NotContainMatch("Microsoft.AspNetCore.Server*").And.NotContainMatch("Microsoft.AspNetCore.Hosting*");
}
