using System.Diagnostics;
using Mptcp.Lab;

namespace SideBySide.Measuring;

/// <summary>A host with only loopback, for one contest: without other traffic, and without TIME_WAIT sockets of an earlier contest.</summary>
sealed class Arena : IDisposable
{
    internal const string Address = "127.0.0.1";

    readonly LabNetwork _network = new();

    internal Arena()
    {
        Host = _network.AddHost("arena");
        Prepare(Host);
    }

    internal LabHost Host { get; }

    public void Dispose() => _network.Dispose();

    /// <summary>Waits until programs listen on these ports.</summary>
    internal async Task AwaitListeningAsync(int[] ports, TimeSpan patience)
    {
        long start = Stopwatch.GetTimestamp();
        while (!Array.TrueForAll(ports, port => Host.Run(() => File.ReadLines("/proc/thread-self/net/tcp").Any(line => line.Contains($":{port:X4} 00000000:0000 0A")))))
        {
            if (Stopwatch.GetElapsedTime(start) > patience)
                throw new BenchmarkException($"Nobody listens on the ports {string.Join(" and ", ports)} within {patience.TotalSeconds} s.");

            await Task.Delay(10);
        }
    }

    /// <summary>Room for many connections.</summary>
    internal static void Prepare(LabHost host)
    {
        host.SetSysctl("net.ipv4.ip_local_port_range", "1024 65535");
        host.SetSysctl("net.core.somaxconn", "65535");
    }
}
