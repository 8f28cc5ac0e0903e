using System.CommandLine;

namespace Mptcp.Tool.Commands;

/// <summary>A command. An exception becomes a message and an exit code.</summary>
abstract class ToolCommand : Command
{
    protected ToolCommand(string name, string description)
        : base(name, description) => SetAction((arguments, interruption) => CommandRunner.RunAsync(RunAsync, arguments, interruption));

    protected abstract Task<int> RunAsync(Call call);
}
