namespace Mptcp.Sockets.AspNetCore.Tests.Recipes;

public class RecipeTests
{
    [Theory]
    [InlineData("httpclient.md")]
    [InlineData("kestrel.md")]
    [InlineData("web-sockets.md")]
    public void The_code_of_a_page_compiles(string page) =>
        Snippets.ShouldCompile($"docs/recipes/{page}", "tests/Mptcp.Sockets.AspNetCore.Tests/Recipes/RecipeSnippets.cs").Should().BePositive();
}
