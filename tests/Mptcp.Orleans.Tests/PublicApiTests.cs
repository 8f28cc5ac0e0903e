namespace Mptcp.Orleans.Tests;

public class PublicApiTests
{
    [Fact]
    public void Is_what_was_agreed() => PublicApi.ShouldBeAsAgreed(typeof(MptcpSiloBuilderExtensions).Assembly, "tests/Mptcp.Orleans.Tests/PublicApi.txt");

    [Fact]
    public void The_package_needs_no_ASP_NET_Core_framework() => typeof(MptcpSiloBuilderExtensions).Assembly.GetReferencedAssemblies().Select(name => name.Name)
        .Should().NotContainMatch("Microsoft.AspNetCore.Server*").And.NotContainMatch("Microsoft.AspNetCore.Hosting*");
}
