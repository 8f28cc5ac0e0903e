using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Integrations.Tests;

/// <summary>A server from a Debian package, on a unique port of loopback. It can be stopped and started again.</summary>
sealed class ServerProgram : IAsyncDisposable
{
    readonly string[] _command;
    Child? _process;

    ServerProgram(string[] command, IPEndPoint endPoint)
    {
        _command = command;
        EndPoint = endPoint;
    }

    internal IPEndPoint EndPoint { get; }

    /// <param name="command">The program with its arguments. PORT is replaced.</param>
    internal static async Task<ServerProgram> StartAsync(params string[] command)
    {
        IPEndPoint endPoint = Peers.Refusing();
        string port = endPoint.Port.ToString(CultureInfo.InvariantCulture);
        var server = new ServerProgram([.. command.Select(part => part.Replace("PORT", port, StringComparison.Ordinal))], endPoint);
        await server.StartAsync();
        return server;
    }

    internal async Task StartAsync()
    {
        _process = Child.Start(_command[0], _command[1..]);
        await Eventually.TrueAsync(IsListeningAsync, $"{_command[0]} listens");
    }

    internal async Task StopAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();

        _process = null;
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    async Task<bool> IsListeningAsync()
    {
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await client.ConnectAsync(EndPoint);
            return true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionRefused)
        {
            return false;
        }
    }
}
