using System.Net;
using System.Net.Sockets;

namespace Integrations.Tests;

/// <summary>A server from a Debian package, on a unique port of loopback. It can be stopped and started again.</summary>
sealed class ServerProgram : IAsyncDisposable
{
    readonly IReadOnlyDictionary<string, string>? _environment;
    readonly string[] _command;
    Child? _process;

    ServerProgram(Func<IPEndPoint, string[]> command, IReadOnlyDictionary<string, string>? environment)
    {
        _command = command(EndPoint);
        _environment = environment;
    }

    internal IPEndPoint EndPoint { get; } = Peers.Refusing();

    /// <param name="command">The program and its arguments, for where it is to listen.</param>
    /// <param name="environment">Variables to add to its environment.</param>
    internal static async Task<ServerProgram> StartAsync(Func<IPEndPoint, string[]> command, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new ServerProgram(command, environment);
        try
        {
            await server.StartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    internal async Task StartAsync()
    {
        _process = Child.Start(_command[0], _command[1..], _environment);
        _ = _process.Output.ReadToEndAsync(); // or it would wait for a reader
        await Eventually.TrueAsync(IsListeningAsync, $"{string.Join(' ', _command)} listens");
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
