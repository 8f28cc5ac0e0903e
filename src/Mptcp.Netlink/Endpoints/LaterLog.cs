using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Keeps log messages until the work is done. Connections wait for another path, and a log can be slow.</summary>
sealed class LaterLog(ILogger logger)
{
    readonly ConcurrentQueue<Action<ILogger>> _messages = new();

    internal void Add(Action<ILogger> write) => _messages.Enqueue(write);

    /// <summary>Writes the messages. The caller holds no lock.</summary>
    internal void Write()
    {
        while (_messages.TryDequeue(out Action<ILogger>? write))
            write(logger);
    }
}
