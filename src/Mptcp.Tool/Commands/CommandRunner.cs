using System.CommandLine;
using System.ComponentModel;
using System.Net.Sockets;
using System.Text.Json;
using Mptcp.Netlink;
using Mptcp.Sockets;
using Mptcp.Tool.Interop;
using Mptcp.Tool.Json;
using Microsoft.Extensions.Options;

namespace Mptcp.Tool.Commands;

/// <summary>Runs a command in its network namespace, and converts errors to exit codes.</summary>
static class CommandRunner
{
    internal static async Task<int> RunAsync(Func<Call, Task<int>> command, ParseResult arguments, CancellationToken interruption)
    {
        try
        {
            NamespaceEntry.Enter(arguments.GetValue(CommonOptions.NetworkNamespace));
            using var terminal = new Terminal(arguments.GetValue(CommonOptions.Json), CommonOptions.HasColors(arguments));
            int exitCode = await command(new Call(arguments, terminal, interruption));
            terminal.Flush();
            return exitCode;
        }
        catch (OperationCanceledException) when (interruption.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        catch (ClosedPipeException)
        {
            return ExitCode.Done; // as with 'mptcp monitor | head'
        }
        catch (Exception e) when (ExitCodeOf(e) is { } exitCode)
        {
            Fail(MessageOf(e), exitCode, arguments.GetValue(CommonOptions.Json));
            return exitCode;
        }
    }

    /// <summary>Prints the reason to the standard error, so that the standard output contains only results.</summary>
    internal static void Fail(string message, int exitCode, bool isJson) =>
        Console.Error.WriteLine(isJson ? JsonSerializer.Serialize(new ErrorLine(message, exitCode), ToolJson.Default.ErrorLine) : message);

    /// <summary>Returns null for an error that is a defect of this program.</summary>
    static int? ExitCodeOf(Exception error) => error switch
    {
        ToolException e => e.ExitCode,
        MptcpPrivilegeException or IOException { InnerException: SocketException { SocketErrorCode: SocketError.AccessDenied } } =>
            ExitCode.PrivilegeMissing,
        MptcpNotSupportedException => ExitCode.NoMptcpHere,
        MptcpFallbackException => ExitCode.PeerWithoutMptcp,
        HttpRequestException { InnerException: { } inner } when ExitCodeOf(inner) is { } exitCode => exitCode,
        ArgumentException or OptionsValidationException => ExitCode.BadArguments,
        SocketException or HttpRequestException or IOException or UnauthorizedAccessException or JsonException or InvalidDataException
            or Win32Exception or InvalidOperationException or OperationCanceledException => ExitCode.Failed,
        _ => null,
    };

    static string MessageOf(Exception error)
    {
        Exception cause = error is HttpRequestException { InnerException: not (null or SocketException { Message: "" }) } ? error.GetBaseException() : error;
        string message = cause.Message.ReplaceLineEndings(" ");
        return cause is ArgumentException { ParamName: { Length: > 0 } name } ? message.Replace($" (Parameter '{name}')", "", StringComparison.Ordinal) : message;
    }
}
