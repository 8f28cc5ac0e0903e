namespace Mptcp.Netlink.Tests;

public class PublicApiTests
{
    [Fact]
    public void Is_what_was_agreed() => PublicApi.ShouldBeAsAgreed(typeof(MptcpPathManager).Assembly, "tests/Mptcp.Netlink.Tests/PublicApi.txt");
}
