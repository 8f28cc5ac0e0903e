using System.CommandLine;
using System.CommandLine.Invocation;
using Mptcp.Tool;
using Mptcp.Tool.Commands;

ParseResult parsed = new MptcpCommand().Parse(args);
if (parsed.Action is ParseErrorAction)
{
    CommandRunner.Fail($"{parsed.Errors[0].Message.ReplaceLineEndings(" ")}{ArgumentHint.Of(parsed)} Run with --help for the commands and options.", ExitCode.BadArguments, parsed.GetValue(CommonOptions.Json));
    return ExitCode.BadArguments;
}

// A gateway waits for its connections, for as long as it is told to.
bool isGateway = parsed.CommandResult.Command is GatewayCommand;
return await parsed.InvokeAsync(isGateway ? new InvocationConfiguration { ProcessTerminationTimeout = Timeout.InfiniteTimeSpan } : null);
