using System.Text.RegularExpressions;

namespace Mptcp.Sockets.Tests;

/// <summary>
/// Compares the README and eng/kernel-matrix with docs/kernels.md, whose first table <see cref="KernelsTableTests"/> writes.
/// </summary>
public class KernelDocumentsTests
{
    static readonly string[][][] s_tables = ReadTables("docs/kernels.md");

    [Fact]
    public void The_README_lists_the_kernels_of_the_table()
    {
        (string Kernel, string Mptcp)[] kernels =
            [.. s_tables[0].Select(row => (row[0].Split(' ')[0], row[1].StartsWith("TCP", StringComparison.Ordinal) ? "no" : "yes")).DistinctBy(row => row.Item1)];

        string[][] listed = ReadTables("README.md").Single(table => table.Any(row => row[0].StartsWith("5.10 ", StringComparison.Ordinal)));

        listed.Select(row => (row[0].Split(' ')[0], row[1])).Should().Equal(kernels);
        listed.Select(row => row[0].Split(' ')[0]).Should().BeSubsetOf(
            s_tables[1].Where(row => row[1] == "yes").Select(row => row[0].Split(' ')[1]), "the README says that CI runs tests on each");
    }

    [Fact]
    public void The_table_of_tests_names_the_kernels_that_CI_boots()
    {
        const string CIsOwn = "6.18";
        string script = File.ReadAllText(Repository.PathOf("eng/kernel-matrix"));
        string[] booted = Regex.Match(script, @"^kernels_of_ci=\((.+)\)$", RegexOptions.Multiline).Groups[1].Value.Split(' ');

        IEnumerable<string> documented = s_tables[1].Where(row => row[1] == "yes").Select(row => row[0].Replace("Linux ", "", StringComparison.Ordinal));

        documented.Should().BeEquivalentTo(booted.Select(kernel => kernel switch { "5.10" => "5.10 without MPTCP", "arm64" => "6.1 on arm64", _ => kernel }).Append(CIsOwn));
    }

    /// <summary>Reads the cells of each table of a page, without its heading.</summary>
    static string[][][] ReadTables(string page) =>
    [
        .. Regex.Matches(File.ReadAllText(Repository.PathOf(page)), @"^\| --- .*\n((?:\|.*\n)+)", RegexOptions.Multiline)
            .Select(table => table.Groups[1].Value.TrimEnd().Split('\n').Select(row => row.Trim('|').Split('|', StringSplitOptions.TrimEntries)).ToArray()),
    ];
}
