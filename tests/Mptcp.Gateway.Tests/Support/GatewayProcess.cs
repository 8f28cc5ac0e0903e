using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace Mptcp.Gateway.Tests.Support;

/// <summary>Runs samples/Gateway as a separate process.</summary>
sealed partial class GatewayProcess : IAsyncDisposable
{
    readonly TemporaryDirectory _configuration = new(); // empty: the settings come as arguments
    readonly Child _program;
    readonly ConcurrentQueue<string> _log = new();
    readonly Task _reading;

    GatewayProcess(string[] launcher, string[] settings)
    {
        string[] command = [.. launcher, "dotnet", .. Command(_configuration, settings)];
        _program = Child.Start(command[0], command[1..]);
        _reading = Task.Run(ReadAsync);
    }

    internal IEnumerable<string> Log => _log;

    internal int Id => _program.Id;

    /// <summary>Starts it in the calling thread's network namespace, with settings such as <c>web:Listen=tcp@127.0.0.1:0</c>, which are a route's.</summary>
    internal static GatewayProcess Start(params string[] settings) => StartBehind([], settings);

    /// <summary>Starts it with a command that runs another one.</summary>
    internal static GatewayProcess StartBehind(string[] launcher, params string[] settings) => new(launcher, settings);

    /// <summary>Starts it, and waits until its route <c>web</c> listens.</summary>
    internal static async Task<(GatewayProcess Gateway, IPEndPoint EndPoint)> StartAsync(params string[] settings)
    {
        GatewayProcess gateway = Start(settings);
        return (gateway, await gateway.EndPointAsync());
    }

    /// <summary>Runs it to its end, which is soon where the settings are bad.</summary>
    internal static async Task<Child.Result> RunAsync(params string[] settings)
    {
        using var configuration = new TemporaryDirectory();
        return await Child.RunAsync("dotnet", Command(configuration, settings));
    }

    /// <summary>Returns the address on which a route listens.</summary>
    internal async Task<IPEndPoint> EndPointAsync(string route = "web")
    {
        string line = await LineAsync($"] {route}: listening on ");
        return IPEndPoint.Parse(EndPoint().Match(line).Groups[1].Value);
    }

    /// <summary>Waits for a line of its log.</summary>
    internal async Task<string> LineAsync(string part)
    {
        await Eventually.TrueAsync(() => _reading.IsCompleted || Find() is not null, $"the gateway says '{part}'");
        return Find() ?? throw new InvalidOperationException($"The gateway has ended: {string.Join('\n', _log)} {(await _program.ExitAsync()).Error}");

        string? Find() => _log.FirstOrDefault(line => line.Contains(part, StringComparison.Ordinal));
    }

    internal Task<Child.Result> TerminateAsync() => Child.RunAsync("kill", ["-TERM", _program.Id.ToString(CultureInfo.InvariantCulture)]);

    /// <summary>Waits until it has ended by itself, well.</summary>
    internal async Task ShouldEndAsync()
    {
        await _reading.WaitAsync(Limit.OfAWait);
        (await _program.ExitAsync()).ShouldSucceed();
    }

    /// <summary>Returns the private memory of the process in bytes, without mapped files.</summary>
    internal long ReadMemory()
    {
        string line = File.ReadLines($"/proc/{_program.Id}/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await _reading;
        _configuration.Dispose();
    }

    /// <summary>The program and its arguments.</summary>
    internal static string[] Command(params string[] settings) => ["dotnet", .. Command(Path.GetTempPath(), settings)];

    static string[] Command(TemporaryDirectory configuration, string[] settings) => Command(configuration.File(""), settings);

    static string[] Command(string contentRoot, string[] settings) =>
    [
        Repository.Assembly("samples/Gateway"), $"--contentRoot={contentRoot}", "--Logging:LogLevel:Default=Debug", "--Logging:Console:FormatterName=simple",
        "--Logging:Console:FormatterOptions:SingleLine=true", .. settings.Select(setting => setting.StartsWith("--", StringComparison.Ordinal) ? setting : $"--Gateway:Routes:{setting}"),
    ];

    async Task ReadAsync()
    {
        while (await _program.Output.ReadLineAsync() is { } line)
            _log.Enqueue(line);
    }

    [GeneratedRegex("listening on (.*) over")]
    private static partial Regex EndPoint();
}
