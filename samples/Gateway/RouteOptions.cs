using Mptcp.Sockets;

namespace Gateway;

/// <summary>From where to where; <see cref="Route"/> is what becomes of it.</summary>
sealed class RouteOptions
{
    /// <summary>Where clients connect to, in HAProxy's form: see <see cref="Address"/>.</summary>
    public string? Listen { get; set; }

    /// <summary>Where they are connected to, in the same form.</summary>
    public string? Connect { get; set; }

    /// <summary>For clients. Without it: Preferred with <c>mptcp@</c>, Disabled with <c>tcp@</c>.</summary>
    public MptcpMode? ListenMode { get; set; }

    /// <summary>For the server. Without it: Preferred with <c>mptcp@</c>, Disabled with <c>tcp@</c>.</summary>
    public MptcpMode? ConnectMode { get; set; }

    /// <summary>Whether a server that answers without Multipath TCP is as good as none.</summary>
    public bool RequireMptcpPeer { get; set; }

    /// <summary>How long connecting may take.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>For how long neither side may say anything before both are reset. Without it: for ever.</summary>
    public TimeSpan? IdleTimeout { get; set; }

    /// <summary>How many connections at once; others wait to be accepted.</summary>
    public int MaxConnections { get; set; } = 10_000;

    /// <summary>How many bytes are read at once, and so the most that are held, in each direction of a connection.</summary>
    public int BufferSize { get; set; } = 64 * 1024;
}
