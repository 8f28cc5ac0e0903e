using System.CommandLine;
using Mptcp.Netlink;

namespace Mptcp.Tool.Commands;

/// <summary>Helps those who write arguments as for ip(8), whose options have no dashes.</summary>
static class ArgumentHint
{
    /// <summary>Returns a sentence with a space before it; empty if nothing helps.</summary>
    internal static string Of(ParseResult parsed) =>
        parsed.UnmatchedTokens.Select(word => OptionFor(parsed.CommandResult.Command, word)).OfType<string>().FirstOrDefault() is { } option
            ? $" Did you mean '{option}'?"
            : "";

    static string? OptionFor(Command command, string word) =>
        command.Options.Any(option => option.Name == $"--{word}") ? $"--{word}"
        : command.Options.Any(option => option.Name == EndpointFlagsOption.Name) && Enum.TryParse<MptcpEndpointFlags>(word, ignoreCase: true, out _) && !int.TryParse(word, out _)
            ? $"{EndpointFlagsOption.Name} {word}"
        : null;
}
