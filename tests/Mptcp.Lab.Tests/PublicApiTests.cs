namespace Mptcp.Lab.Tests;

public class PublicApiTests
{
    [Fact]
    public void The_public_API_equals_the_agreed_one() => PublicApi.ShouldBeAsAgreed(typeof(LabNetwork).Assembly, "tests/Mptcp.Lab.Tests/PublicApi.txt");
}
