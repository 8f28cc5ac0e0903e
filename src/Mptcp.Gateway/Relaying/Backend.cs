using System.Net;
using Mptcp.Gateway.Configuration;

namespace Mptcp.Gateway.Relaying;

/// <summary>One of the servers of a route.</summary>
sealed class Backend(EndPoint endPoint)
{
    int _active;
    volatile bool _isDown;

    internal EndPoint EndPoint => endPoint;

    /// <summary>The server as the user has written it, for logs.</summary>
    internal string Name { get; } = endPoint.ToText();

    /// <summary>The connections that the gateway has with it.</summary>
    internal int Active => Volatile.Read(ref _active);

    internal bool IsDown => _isDown;

    internal void Begin() => Interlocked.Increment(ref _active);

    internal void End() => Interlocked.Decrement(ref _active);

    /// <summary>Sets whether the server works; returns <see langword="true"/> if that has changed.</summary>
    internal bool Set(bool isDown)
    {
        bool isNews = _isDown != isDown;
        _isDown = isDown;
        return isNews;
    }
}
