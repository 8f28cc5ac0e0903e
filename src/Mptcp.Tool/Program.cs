using System.CommandLine;
using System.CommandLine.Invocation;
using Mptcp.Tool;
using Mptcp.Tool.Commands;

ParseResult parsed = new MptcpCommand().Parse(args);
if (parsed.Action is ParseErrorAction)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message.ReplaceLineEndings(" ")} Run with --help for the commands and options.");
    return ExitCode.BadArguments;
}

return await parsed.InvokeAsync();
