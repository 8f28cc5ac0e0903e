namespace Mptcp.Dashboard.Tests;

public class ReadmeTests
{
    const string Source = "tests/Mptcp.Dashboard.Tests/ReadmeSnippets.cs";

    [Fact]
    public void Every_snippet_compiles() => Snippets.ShouldCompile("src/Mptcp.Dashboard/README.md", Source).Should().BePositive();

    [Fact]
    public void Every_example_of_a_member_compiles() => Snippets.ExamplesShouldCompile("src/Mptcp.Dashboard", Source).Should().BePositive();
}
