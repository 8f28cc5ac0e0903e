using Mptcp.Dashboard.Changes;

namespace Mptcp.Dashboard.Tests;

public class ChangeTests
{
    [Theory]
    [InlineData("backup")]
    [InlineData("regular")]
    public void The_question_says_that_all_connections_may_be_affected(string kind)
    {
        var fields = new Dictionary<string, string> { ["do"] = kind, ["token"] = "1", ["local"] = "10.0.0.1:1", ["remote"] = "10.0.0.2:2" };

        Change.Parse(name => fields[name]).Question.Should().Contain("its endpoint changes, for all connections.");
    }
}
