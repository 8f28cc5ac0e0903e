using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Mptcp.Tool.Live;

/// <summary>
/// Returns the keys that the user presses, and null when the view should be refreshed: each second, and when the size of the terminal
/// changes.
/// </summary>
sealed class KeySource : IDisposable
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    readonly Channel<ConsoleKeyInfo?> _keys = Channel.CreateBounded<ConsoleKeyInfo?>(new BoundedChannelOptions(64) { FullMode = BoundedChannelFullMode.DropOldest });
    readonly Timer _timer;
    readonly PosixSignalRegistration _resized;

    internal KeySource()
    {
        _timer = new Timer(_ => _keys.Writer.TryWrite(null), null, s_interval, s_interval);
        _resized = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _keys.Writer.TryWrite(null));
        if (!Console.IsInputRedirected)
            new Thread(Read) { IsBackground = true, Name = "keys" }.Start(); // Console can only wait for a key
    }

    internal IAsyncEnumerable<ConsoleKeyInfo?> ReadAllAsync(CancellationToken cancellationToken) => _keys.Reader.ReadAllAsync(cancellationToken);

    public void Dispose()
    {
        _timer.Dispose();
        _resized.Dispose();
    }

    void Read()
    {
        while (true)
            _keys.Writer.TryWrite(Console.ReadKey(intercept: true));
    }
}
