using System.CommandLine;
using Mptcp.Tool.Interop;
using Mptcp.Tool.Running;

namespace Mptcp.Tool.Commands;

/// <summary>
/// Replaces this process by an unchanged program that uses MPTCP. The exit code, signals and terminal are those of that program.
/// </summary>
sealed class RunCommand : ToolCommand
{
    readonly Argument<string[]> _command = new("COMMAND") { Description = "The program and its arguments, after --.", Arity = ArgumentArity.OneOrMore };

    internal RunCommand()
        : base("run", "Run an unchanged program over MPTCP: with mptcpize, or GODEBUG for programs in Go.") => Arguments.Add(_command);

    protected override Task<int> RunAsync(Call call)
    {
        Require.Mptcp();
        string[] command = call.Get(_command);
        Launcher launcher = Launcher.Choose(command[0], command[1..]);
        ProcessImage.Replace(launcher.Program, launcher.Arguments, launcher.Environment);
        return Task.FromResult(ExitCode.Failed); // never reached
    }
}
