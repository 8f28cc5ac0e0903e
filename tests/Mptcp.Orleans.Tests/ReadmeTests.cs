namespace Mptcp.Orleans.Tests;

public class ReadmeTests
{
    const string Source = "tests/Mptcp.Orleans.Tests/ReadmeSnippets.cs";

    [Fact]
    public void Every_snippet_compiles() => Snippets.ShouldCompile("src/Mptcp.Orleans/README.md", Source).Should().BePositive();

    [Fact]
    public void Every_example_of_a_member_compiles() => Snippets.ExamplesShouldCompile("src/Mptcp.Orleans", Source).Should().BePositive();
}
