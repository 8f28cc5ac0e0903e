namespace Mptcp.Testing;

/// <summary>The fault of kernels that docs/kernel-report.md describes: the first packet of a joined subflow arrives at a wrong place.</summary>
static class JoinRace
{
    static readonly Lazy<Task<Child.Result>> s_shown = new(() => Child.RunAsync(Repository.PathOf("eng/join-race/run"), []));

    internal enum Verdict
    {
        Absent = 0,
        Shown = 1,
        UserfaultfdForbidden = 77,
    }

    /// <summary>Runs the program that shows the fault, once in this process.</summary>
    internal static Task<Child.Result> ShowAsync() => s_shown.Value;

    internal static async Task<bool> IsInThisKernelAsync() => (Verdict)(await ShowAsync()).ExitCode == Verdict.Shown;
}
