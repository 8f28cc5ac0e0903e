using Mptcp.Netlink.Diagnostics;

namespace Mptcp.Netlink.Policies;

/// <summary>What a policy sees and does connections by, in the network namespace of the thread that has opened it.</summary>
sealed class PathKernel : IDisposable
{
    readonly Lock _lock = new();
    readonly ConnectionReader _reader;

    PathKernel(MptcpUserspacePathManager manager, ConnectionReader reader) => (Manager, _reader) = (manager, reader);

    internal MptcpUserspacePathManager Manager { get; }

    internal static PathKernel Open()
    {
        MptcpUserspacePathManager manager = MptcpUserspacePathManager.Open();
        try
        {
            return new PathKernel(manager, ConnectionReader.Open());
        }
        catch
        {
            manager.Dispose();
            throw;
        }
    }

    internal MptcpConnection? Find(uint token)
    {
        lock (_lock)
            return _reader.Find(token, includeSubflows: true);
    }

    internal IReadOnlyList<MptcpConnection> List(MptcpConnectionFilter filter)
    {
        lock (_lock)
            return _reader.List(filter);
    }

    public void Dispose()
    {
        Manager.Dispose();
        _reader.Dispose();
    }
}
