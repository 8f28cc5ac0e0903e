namespace Mptcp.Netlink.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_equals_the_agreed_one() => PublicApi.ShouldBeAsAgreed(typeof(MptcpPathManager).Assembly, "tests/Mptcp.Netlink.Tests/PublicApi.txt");
}
