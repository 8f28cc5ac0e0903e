namespace Reliability.Tests;

/// <summary>Runs the program of tests/Reliability.Witness, as eng/chaos, eng/scale and eng/soak do.</summary>
static class Witness
{
    /// <summary>Runs it to its end, and writes its output. There must be no problem, apart from those that <paramref name="isKnown"/> accepts.</summary>
    internal static async Task<string[]> RunAsync(ITestOutputHelper output, Func<string, bool> isKnown, params string[] arguments)
    {
        await using Child program = Child.Start("dotnet", [Repository.Assembly("tests/Reliability.Witness"), .. arguments]);
        List<string> lines = [];
        while (await program.Output.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            output.WriteLine(line);
        }

        string[] problems = [.. lines.Where(line => line.Contains("PROBLEM", StringComparison.Ordinal))];
        problems.Where(problem => !isKnown(problem)).Should().BeEmpty();
        if (problems.Length == 0)
            (await program.ExitAsync()).ShouldSucceed();

        lines.Should().NotBeEmpty();
        lines[^1].Should().StartWith(problems.Length == 0 ? "passed" : $"failed: {problems.Length} problems");
        return [.. lines];
    }

    internal static Task<string[]> RunAsync(ITestOutputHelper output, params string[] arguments) => RunAsync(output, static _ => false, arguments);
}
