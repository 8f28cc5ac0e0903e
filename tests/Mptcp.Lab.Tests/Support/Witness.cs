namespace Mptcp.Lab.Tests.Support;

/// <summary>Runs the program of tests/Mptcp.Lab.Witness, for tests that need a separate process.</summary>
static class Witness
{
    internal static Child Start(params string[] arguments)
    {
        string[] command = Command(arguments);
        return Child.Start(command[0], command[1..]);
    }

    internal static Task<Child.Result> RunAsync(string[] launcher, string[] arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        string[] command = [.. launcher, .. Command(arguments)];
        return Child.RunAsync(command[0], command[1..], environment);
    }

    /// <summary>Runs in a user namespace that limits the number of network namespaces.</summary>
    internal static async Task<Child.Result> RunWithRoomForAsync(int namespaces, params string[] arguments)
    {
        Needs.Lab();
        string unshare = Needs.Program("unshare", "util-linux");
        string[] launcher = [unshare, "--user", "--map-root-user", "sh", "-c", "echo \"$0\" > /proc/sys/user/max_net_namespaces && exec \"$@\"", $"{namespaces}"];
        Child.Result probe = await Child.RunAsync(launcher[0], [.. launcher[1..], "true"]);
        if (probe.ExitCode != 0)
            Needs.Lacks($"a separate user namespace: {probe.Error.Trim()}");

        return await RunAsync(launcher, arguments);
    }

    static string[] Command(string[] arguments) => [Path.ChangeExtension(Repository.Assembly("tests/Mptcp.Lab.Witness"), null), .. arguments];
}
