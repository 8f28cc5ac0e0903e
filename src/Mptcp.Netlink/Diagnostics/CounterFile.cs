using System.Text;
using Mptcp.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Netlink.Diagnostics;

/// <summary>Reads the kernel's counters of the network namespace of the thread that created it, on any thread.</summary>
sealed class CounterFile : IDisposable
{
    readonly FileStream _file = new("/proc/thread-self/net/netstat", FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);

    internal MptcpCounters Read()
    {
        _file.Position = 0;
        using var reader = new StreamReader(_file, Encoding.ASCII, leaveOpen: true);
        return new MptcpCounters(CounterParser.Parse(reader.ReadToEnd(), "MPTcpExt:"));
    }

    public void Dispose() => _file.Dispose();
}
