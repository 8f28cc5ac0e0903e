using System.Text.RegularExpressions;

namespace Mptcp.Netlink.Tests;

/// <summary>
/// Each system call that an operation makes fails once, with each error that its manual page has for it. The program of tests/Mptcp.Faults.Witness does
/// that, since it must be preloaded with a library.
/// </summary>
public partial class FaultTests(ITestOutputHelper output)
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task The_failure_of_any_call_is_reported_and_leaves_no_descriptor()
    {
        string compiler = Needs.Program("cc", "gcc");
        using var one = new OneHost();
        using var directory = new TemporaryDirectory();
        string witness = Repository.Assembly("tests/Mptcp.Faults.Witness"), faults = directory.File("faults.so");
        (await Child.RunAsync(compiler, ["-shared", "-fPIC", "-o", faults, Path.Combine(Path.GetDirectoryName(witness)!, "faults.c"), "-ldl"])).ShouldSucceed();
        await using Child program = one.Host.Run(() => Child.Start("dotnet", [witness], new Dictionary<string, string> { ["LD_PRELOAD"] = faults }));
        List<string> outcomes = [];
        while (await program.ReadLineAsync() is var line && line != "done")
        {
            output.WriteLine(line);
            outcomes.Add(line);
        }

        outcomes.Should().NotContain(outcome => Problem().IsMatch(outcome));
        outcomes.Should().Contain("create | socket 2 | EMFILE | SocketException TooManyOpenSockets: Too many open files in system", "the output has such lines");
        Operations(outcomes).Should().HaveCountGreaterThan(28, "each operation makes calls that can fail");
        (await program.ExitAsync()).ShouldSucceed();
    }

    static IEnumerable<string> Operations(List<string> outcomes) => outcomes.Select(outcome => Operation().Match(outcome).Value).Distinct();

    [GeneratedRegex("^(UNEXPECTED|LEFT|CHANGED) ")]
    private static partial Regex Problem();

    [GeneratedRegex("^[^|]+")]
    private static partial Regex Operation();
}
