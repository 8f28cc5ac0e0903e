using System.Net.NetworkInformation;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Policies;

/// <summary>Lists and changes connections for a policy, in the network namespace of the thread that opened it.</summary>
sealed class PathKernel : IDisposable
{
    static readonly MptcpConnectionFilter
        s_none = new() { States = [] },
        s_notEnded = new()
        {
            States = [TcpState.Established, TcpState.CloseWait, TcpState.FinWait1, TcpState.FinWait2, TcpState.Closing, TcpState.LastAck],
            IncludeSubflows = true,
        };

    readonly Lock _lock = new();
    readonly ConnectionReader _reader;

    PathKernel(MptcpUserspacePathManager manager, ConnectionReader reader) => (Manager, _reader) = (manager, reader);

    internal MptcpUserspacePathManager Manager { get; }

    /// <summary>For how long the kernel keeps a connection without any path. Before Linux 6.7, one minute.</summary>
    internal TimeSpan CloseTimeout { get; } = Sysctl.CloseTimeout ?? TimeSpan.FromMinutes(1);

    /// <exception cref="MptcpNotSupportedException">This system has no MPTCP, or cannot list connections.</exception>
    internal static PathKernel Open()
    {
        MptcpUserspacePathManager manager = MptcpUserspacePathManager.Open();
        ConnectionReader? reader = null;
        try
        {
            reader = ConnectionReader.Open();
            reader.List(s_none); // now, and not when the first connection appears
            return new PathKernel(manager, reader);
        }
        catch
        {
            reader?.Dispose();
            manager.Dispose();
            throw;
        }
    }

    internal MptcpConnection? Find(uint token)
    {
        lock (_lock)
            return _reader.Find(token, includeSubflows: true);
    }

    internal bool IsEstablished(uint token)
    {
        lock (_lock)
            return _reader.TryAsk(token) is { State: TcpState.Established, Info.HasFallenBack: false };
    }

    /// <summary>Lists the established connections that have not ended, with their subflows, by token.</summary>
    internal Dictionary<uint, MptcpConnection> List()
    {
        lock (_lock)
            return _reader.List(s_notEnded).Where(IsThere).ToDictionary(connection => connection.Token);
    }

    public void Dispose()
    {
        Manager.Dispose();
        _reader.Dispose();
    }

    /// <summary>
    /// The kernel reports the end of a connection when the program closes it. A half-closed connection still sends its end, and belongs to
    /// no program.
    /// </summary>
    static bool IsThere(MptcpConnection connection) => connection.Info is { HasFallenBack: false }
        && (connection.State is TcpState.Established or TcpState.CloseWait || connection.Inode != 0);
}
