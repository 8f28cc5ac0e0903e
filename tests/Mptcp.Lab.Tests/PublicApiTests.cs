namespace Mptcp.Lab.Tests;

public class PublicApiTests
{
    [Fact]
    public void Is_what_was_agreed() => PublicApi.ShouldBeAsAgreed(typeof(LabNetwork).Assembly, "tests/Mptcp.Lab.Tests/PublicApi.txt");
}
