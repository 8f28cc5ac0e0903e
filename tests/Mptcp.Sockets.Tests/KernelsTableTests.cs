using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>docs/kernels.md has the right row for this kernel.</summary>
public class KernelsTableTests
{
    const string Document = "docs/kernels.md";

    [Fact]
    public async Task The_row_of_this_kernel_in_docs_is_right()
    {
        Needs.Linux();
        string row = KernelFacts.Row();
        string start = row[..(row.IndexOf('|', 1) + 1)];
        string path = Repository.PathOf(Document);
        string[] lines = await File.ReadAllLinesAsync(path);
        if (Environment.GetEnvironmentVariable("MPTCP_TESTS_ACCEPT") == "1")
            await File.WriteAllLinesAsync(path, lines = [.. lines.Select(line => line.StartsWith(start, StringComparison.Ordinal) ? row : line)]);

        string? written = lines.FirstOrDefault(line => line.StartsWith(start, StringComparison.Ordinal));
        if (written is null)
            Assert.Skip($"{Document} has no row for this kernel. This is it:\n{row}");

        written.Should().Be(row);
    }
}
