using System.Net;
using System.Net.Sockets;

namespace Integrations.Tests;

/// <summary>A server in a process of its own, on a unique port. It can be stopped and started again.</summary>
sealed class ServerProgram : IAsyncDisposable
{
    readonly IReadOnlyDictionary<string, string>? _environment;
    readonly string[] _command;
    Child? _process;

    ServerProgram(IPAddress? address, Func<IPEndPoint, string[]> command, IReadOnlyDictionary<string, string>? environment)
    {
        EndPoint = Peers.Refusing(address);
        _command = command(EndPoint);
        _environment = environment;
    }

    internal IPEndPoint EndPoint { get; }

    /// <summary>Starts a server in the calling thread's network namespace.</summary>
    /// <param name="command">Returns the program and its arguments; receives the address on which it is to listen.</param>
    /// <param name="address">The address without the port; null for loopback.</param>
    /// <param name="environment">The variables to add to its environment; null for none.</param>
    internal static async Task<ServerProgram> StartAsync(
        Func<IPEndPoint, string[]> command, IPAddress? address = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var server = new ServerProgram(address, command, environment);
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
