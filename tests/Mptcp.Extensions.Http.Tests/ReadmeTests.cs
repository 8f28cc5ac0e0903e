namespace Mptcp.Extensions.Http.Tests;

public class ReadmeTests
{
    const string Source = "tests/Mptcp.Extensions.Http.Tests/ReadmeSnippets.cs";

    [Fact]
    public void Every_snippet_compiles() => Snippets.ShouldCompile("src/Mptcp.Extensions.Http/README.md", Source).Should().BePositive();

    [Fact]
    public void Every_example_of_a_member_compiles() => Snippets.ExamplesShouldCompile("src/Mptcp.Extensions.Http", Source).Should().BePositive();
}
