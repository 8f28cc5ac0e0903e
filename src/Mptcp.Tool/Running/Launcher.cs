namespace Mptcp.Tool.Running;

/// <summary>Says how to start a program so that it uses MPTCP: the command and its variables, or the reason why it is impossible.</summary>
sealed record Launcher(string Program, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Environment)
{
    const string GoSwitch = "multipathtcp=1";

    /// <summary>Finds the way to start a program. Throws if there is none.</summary>
    internal static Launcher Choose(string program, IReadOnlyList<string> arguments)
    {
        string path = FindProgram(program) ?? throw new ToolException(ExitCode.Failed, $"Cannot run '{program}': the program does not exist. Use its path, or the name of a program in PATH.");
        return ProgramFile.KindOf(path) switch
        {
            ProgramKind.Go => new Launcher(path, [program, .. arguments], new Dictionary<string, string> { ["GODEBUG"] = GoVariable() }),
            ProgramKind.Static => throw Cannot(program, "it is linked statically, and mptcpize replaces a function of the C library. Use a gateway in front of it"),
            ProgramKind.Privileged => throw Cannot(program, "it is set-user-ID, and the loader ignores LD_PRELOAD. Run it as a user who has its privileges"),
            _ => FindProgram("mptcpize") is { } mptcpize
                ? new Launcher(mptcpize, ["mptcpize", "run", path, .. arguments], new Dictionary<string, string>())
                : throw Cannot(program, "the program mptcpize is not installed. Install the package mptcpize"),
        };
    }

    static ToolException Cannot(string program, string why) => new(ExitCode.Failed, $"Cannot run '{program}' over MPTCP: {why}.");

    static string GoVariable() => System.Environment.GetEnvironmentVariable("GODEBUG") is { Length: > 0 } before ? $"{before},{GoSwitch}" : GoSwitch;

    static string? FindProgram(string name) => name.Contains('/')
        ? IsExecutable(name) ? Path.GetFullPath(name) : null
        : $"{System.Environment.GetEnvironmentVariable("PATH")}".Split(':', StringSplitOptions.RemoveEmptyEntries).Select(directory => Path.Combine(directory, name)).FirstOrDefault(IsExecutable);

    static bool IsExecutable(string path) =>
        File.Exists(path) && (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;
}
