namespace Mptcp.Lab.Tests;

public class ReadmeTests
{
    const string Readme = "src/Mptcp.Lab/README.md";

    [Fact]
    public void Every_snippet_compiles() => Snippets.ShouldCompile(Readme, "tests/Mptcp.Lab.Tests/ReadmeSnippets.cs").Should().BePositive();

    [Fact]
    public void Every_example_of_a_member_compiles() => Snippets.ExamplesShouldCompile("src/Mptcp.Lab", "tests/Mptcp.Lab.Tests/Examples.cs").Should().BePositive();

    [Fact]
    public void Every_fault_is_in_the_table()
    {
        string readme = File.ReadAllText(Repository.PathOf(Readme));
        IEnumerable<string> faults = typeof(LabLink).GetMethods().Where(method => method.ReturnType == typeof(LabFault)).Select(method => method.Name);

        foreach (string fault in faults.Append(nameof(LabLink.FlapAsync)))
            readme.Should().Contain($"`{fault}(");
    }
}
