namespace Mptcp.Dashboard.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_equals_the_agreed_one() => PublicApi.ShouldBeAsAgreed(typeof(MptcpDashboardOptions).Assembly, "tests/Mptcp.Dashboard.Tests/PublicApi.txt");
}
