using System.CommandLine;

namespace Mptcp.Tool.Commands;

/// <summary>Prints scripts that ask the tool itself for completions, with the directive <c>[suggest:POSITION]</c>.</summary>
sealed class CompletionCommand : ToolCommand
{
    readonly Argument<string> _shell = new("SHELL") { Description = "bash, zsh or fish." };

    internal CompletionCommand()
        : base("completion", "Print a script that completes commands and options in a shell.")
    {
        _shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        Arguments.Add(_shell);
    }

    protected override Task<int> RunAsync(Call call)
    {
        call.Terminal.Control(call.Get(_shell) switch
        {
            "bash" => """
                # source <(mptcp completion bash)
                _mptcp() {
                    local IFS=$'\n'
                    COMPREPLY=($(compgen -W "$(mptcp "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
                }
                complete -o default -F _mptcp mptcp

                """,
            "zsh" => """
                # source <(mptcp completion zsh)
                _mptcp() {
                    compadd -- ${(f)"$(mptcp "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)"}
                }
                compdef _mptcp mptcp

                """,
            _ => """
                # mptcp completion fish | source
                complete --command mptcp --arguments '(mptcp "[suggest:"(commandline --cursor)"]" (commandline) 2>/dev/null)'

                """,
        });
        return Task.FromResult(ExitCode.Done);
    }
}
