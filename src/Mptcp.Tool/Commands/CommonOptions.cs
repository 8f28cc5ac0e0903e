using System.CommandLine;

namespace Mptcp.Tool.Commands;

/// <summary>The options of all commands.</summary>
static class CommonOptions
{
    internal static readonly Option<bool> Json = new("--json") { Description = "Write one JSON object a line.", Recursive = true };

    internal static readonly Option<string?> NetworkNamespace = new("--netns")
    {
        Description = "Run in a network namespace: a name of 'ip netns', the number of a process, or a file.",
        HelpName = "NAME|PID|FILE",
        Recursive = true,
    };

    internal static readonly Option<bool> NoColor = new("--no-color") { Description = "Write no colors. NO_COLOR in the environment does the same.", Recursive = true };

    internal static bool HasColors(ParseResult arguments) =>
        !arguments.GetValue(NoColor) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
}
