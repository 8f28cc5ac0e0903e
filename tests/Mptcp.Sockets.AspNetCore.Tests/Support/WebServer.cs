using Mptcp.Lab;

namespace Mptcp.Sockets.AspNetCore.Tests.Support;

/// <summary>A server in a separate process, on a host of a lab: samples/WebServer or the witness.</summary>
sealed class WebServer : IAsyncDisposable
{
    internal const string Sample = "samples/WebServer", Witness = "tests/Mptcp.Sockets.AspNetCore.Witness";

    readonly Child _process;
    readonly Task _output;
    readonly TaskCompletionSource _started = new();
    readonly System.Text.StringBuilder _said = new();

    WebServer(Child process)
    {
        _process = process;
        _output = ReadAsync();
    }

    internal string Said
    {
        get
        {
            lock (_said)
                return _said.ToString();
        }
    }

    /// <summary>Starts the server, and waits until it serves.</summary>
    internal static async Task<WebServer> StartAsync(
        LabHost host, string project = Sample, IReadOnlyDictionary<string, string>? environment = null, params string[] arguments)
    {
        var server = new WebServer(Start(host, project, environment, arguments));
        await Task.WhenAny(server._started.Task, server._output).WaitAsync(Limit.OfAWait);
        server._started.Task.IsCompleted.Should().BeTrue("it starts, instead of saying {0}", server.Said);
        return server;
    }

    /// <summary>Starts the server, and expects that it fails.</summary>
    internal static async Task<Child.Result> FailAsync(LabHost host, params string[] arguments)
    {
        await using Child process = Start(host, Sample, environment: null, arguments);
        return await process.ExitAsync();
    }

    /// <summary>Starts a client program on the host.</summary>
    internal static Child StartClient(LabHost host, string program, string package, params string[] arguments)
    {
        string[] command = [Needs.Program(program, package), .. arguments];
        return host.Run(() => Child.Start(command[0], command[1..]));
    }

    internal static async Task<string> RunClientAsync(LabHost host, string program, string package, params string[] arguments)
    {
        await using Child client = StartClient(host, program, package, arguments);
        return (await client.ExitAsync()).ShouldSucceed().Output;
    }

    /// <summary>Runs curl, directly or under mptcpize(8).</summary>
    internal static Task<string> CurlAsync(LabHost host, bool isMptcp, params string[] arguments)
    {
        string[] curl = ["--silent", "--show-error", "--insecure", "--noproxy", "*", .. arguments];
        return isMptcp
            ? RunClientAsync(host, "mptcpize", "mptcpize", ["run", Needs.Program("curl", "curl"), .. curl])
            : RunClientAsync(host, "curl", "curl", curl);
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _output;
    }

    static Child Start(LabHost host, string project, IReadOnlyDictionary<string, string>? environment, string[] arguments) => host.Run(() =>
        Child.Start("dotnet", [Repository.Assembly(project), .. arguments], environment));

    async Task ReadAsync()
    {
        while (await _process.Output.ReadLineAsync() is { } line)
        {
            lock (_said)
                _said.AppendLine(line);

            if (line.Contains("Application started", StringComparison.Ordinal))
                _started.TrySetResult();
        }
    }
}
