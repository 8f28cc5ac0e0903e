using System.Net.Sockets;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>Writes down what a call returned or threw, without what differs between two runs, such as ports.</summary>
static class Answer
{
    internal static async Task<string> OfAsync(Func<Task<object?>> call)
    {
        try
        {
            return (await call())?.ToString() ?? "null";
        }
        catch (Exception e) when (e is SocketException or IOException or InvalidOperationException or ArgumentException or OperationCanceledException or NotSupportedException or NullReferenceException)
        {
            return Of(e);
        }
    }

    static string Of(Exception exception) => exception switch
    {
        OperationCanceledException => nameof(OperationCanceledException),
        NullReferenceException => nameof(ObjectDisposedException), // of a closed TcpClient, which has a bug here
        ArgumentException e => $"{e.GetType().Name} of {(e.ParamName == "ipAddresses" ? "addresses" : e.ParamName)}", // TcpClient passes on what Socket says
        SocketException e => $"{nameof(SocketException)} {e.SocketErrorCode}",
        IOException { InnerException: { } inner } => $"{nameof(IOException)}, {Of(inner)}",
        _ => exception.GetType().Name,
    };
}
