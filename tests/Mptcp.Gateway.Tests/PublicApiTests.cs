namespace Mptcp.Gateway.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_equals_the_agreed_one() => PublicApi.ShouldBeAsAgreed(typeof(MptcpGatewayOptions).Assembly, "tests/Mptcp.Gateway.Tests/PublicApi.txt");
}
