using System.CommandLine;

namespace Mptcp.Tool;

/// <summary>One call of a command: its arguments, its output, and its cancellation.</summary>
sealed record Call(ParseResult Arguments, Terminal Terminal, CancellationToken Interruption)
{
    internal T? Get<T>(Option<T> option) => Arguments.GetValue(option);

    internal T Get<T>(Argument<T> argument) => Arguments.GetRequiredValue(argument);

    internal bool Has(Option option) => Arguments.GetResult(option) is { Implicit: false };
}
