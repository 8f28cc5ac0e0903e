namespace Mptcp.Gateway.Tests;

public class PublicApiTests
{
    [Fact]
    public void Is_what_was_agreed() => PublicApi.ShouldBeAsAgreed(typeof(MptcpGatewayOptions).Assembly, "tests/Mptcp.Gateway.Tests/PublicApi.txt");
}
