using Mptcp.Lab;

namespace Mptcp.Tool.Tests.Support;

/// <summary>A terminal that runs a program. The test reads the screen and sends keys.</summary>
sealed class Tmux : IAsyncDisposable
{
    readonly string _tmux = Needs.Program("tmux", "tmux");
    readonly TemporaryDirectory _directory = new();

    internal static Task<Tmux> StartAsync(LabHost host, int width, int height, params string[] arguments) => StartProgramAsync(host, width, height, ToolProcess.Command(arguments));

    internal static async Task<Tmux> StartProgramAsync(LabHost host, int width, int height, params string[] program)
    {
        var tmux = new Tmux();
        string command = string.Join(' ', program.Select(word => $"'{word}'"));
        Child child = host.Run(() => Child.Start(tmux._tmux, tmux.Arguments(
            "-f", "/dev/null", "new-session", "-d", "-x", $"{width}", "-y", $"{height}", "sh", "-c", $"trap : INT; echo before; {command}; echo exit $?; exec cat")));
        await using (child)
            (await child.ExitAsync()).ShouldSucceed();

        return tmux;
    }

    internal Task SendAsync(params string[] keys) => RunAsync(["send-keys", .. keys]);

    internal async Task<string> ReadAsync() => await RunAsync("capture-pane", "-p");

    /// <summary>Waits until the screen shows the words, and returns it.</summary>
    internal async Task<string> ShowsAsync(params string[] words)
    {
        string screen = "";
        try
        {
            await Eventually.TrueAsync(async () => words.All((screen = await ReadAsync()).Contains), $"the screen shows {string.Join(", ", words)}");
        }
        catch (Exception e) when (e is Xunit.Sdk.XunitException)
        {
            Assert.Fail($"{e.Message} It shows:\n{screen}");
        }

        return screen;
    }

    public async ValueTask DisposeAsync()
    {
        await RunAsync("kill-server");
        _directory.Dispose();
    }

    async Task<string> RunAsync(params string[] arguments) => (await Child.RunAsync(_tmux, Arguments(arguments))).ShouldSucceed().Output;

    string[] Arguments(params string[] arguments) => ["-S", _directory.File("tmux"), .. arguments];
}
