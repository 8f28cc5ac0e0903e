using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>
/// A download continues over the other path when one is lost. The clock of the service stands still, so that the service closes the lost
/// path only if it waits for nothing to settle. The longest stall is printed, but no limit is asserted, because a loaded machine is slow.
/// </summary>
public class FailoverTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("link down")]
    [InlineData("carrier lost")]
    [InlineData("address removed")]
    [InlineData("temporary address removed")]
    public async Task A_download_goes_on_over_the_other_path_when_one_is_lost(string loss)
    {
        using var hosts = new TwoHosts(50, 50);
        LabInterface first = hosts.FirstLink.GetInterface(hosts.Client);
        bool isTemporary = loss == "temporary address removed";
        AddressFamily family = isTemporary ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;
        IPAddress local = hosts.FirstLink.GetAddress(hosts.Client, family);
        if (isTemporary)
        {
            first.AddTemporaryAddress();
            await Eventually.TrueAsync(
                () => hosts.Client.Execute("ip", "-6", "address", "show", "dev", first.Name, "temporary", "-tentative").Contains("inet6", StringComparison.Ordinal), "the kernel has checked the address");
            local = hosts.Client.Run(MptcpHostSnapshot.Take).Interfaces.SelectMany(network => network.Addresses).Single(address => address.IsTemporary).Address;
        }

        hosts.Server.SetLimits(8, 8);
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddSingleton<TimeProvider>(new StoppedClock()).AddMptcpEndpoints());
        using Socket listener = hosts.Listen(isTemporary ? IPAddress.IPv6Any : IPAddress.Any);
        var server = new IPEndPoint(hosts.FirstLink.GetAddress(hosts.Server, family), ((IPEndPoint)listener.LocalEndPoint!).Port);
        using var connection = new Connection(
            listener, hosts.Connect(server, new MptcpConnectOptions { RequireMptcpPeer = true, LocalEndPoint = new IPEndPoint(local, 0) }), await listener.AcceptAsync());
        var stalls = new Stalls(connection.Client, connection.Server);
        await stalls.MovesOnAsync(4 * 1024 * 1024);
        await Eventually.TrueAsync(() => hosts.Server.Read("MPJoinAckRx") >= 1, "a second path joins");
        await stalls.MovesOnAsync(4 * 1024 * 1024);
        TimeSpan before = stalls.TakeLongest();

        switch (loss)
        {
            case "link down":
                hosts.Client.Execute("ip", "link", "set", first.Name, "down");
                break;
            case "carrier lost":
                hosts.Server.Execute("ip", "link", "set", hosts.FirstLink.Name, "down");
                break;
            default:
                hosts.Client.Execute("ip", "address", "del", $"{local}/{(isTemporary ? 64 : 24)}", "dev", first.Name);
                break;
        }

        await stalls.MovesOnAsync(8 * 1024 * 1024);
        TestContext.Current.TestOutputHelper?.WriteLine($"{loss}: longest stall {stalls.TakeLongest().TotalMilliseconds:F1} ms; {before.TotalMilliseconds:F1} ms before.");
        await Eventually.TrueAsync(() => !Uses(hosts.Client, local), "the kernel closes the path that was lost");
        await stalls.EndAsync();
    }

    static bool Uses(LabHost host, IPAddress local) =>
        host.Run(() => MptcpConnections.List(new MptcpConnectionFilter { IncludeSubflows = true })).Single().Subflows!
            .Any(subflow => subflow.Tcp.State == TcpState.Established && subflow.LocalEndPoint.Address.Equals(local));

    /// <summary>A download that measures its longest pause.</summary>
    sealed class Stalls
    {
        readonly Task _sending, _receiving;
        long _received, _longest;
        volatile bool _isEnding;

        internal Stalls(Socket client, Socket server)
        {
            _sending = Task.Run(async () =>
            {
                byte[] block = new byte[16 * 1024];
                while (!_isEnding)
                    await server.SendAllAsync(block);

                server.Shutdown(SocketShutdown.Send);
            });
            _receiving = Task.Run(async () =>
            {
                byte[] buffer = new byte[64 * 1024];
                long last = Stopwatch.GetTimestamp();
                while (await client.ReceiveAsync(buffer.AsMemory()) is var count and > 0)
                {
                    long now = Stopwatch.GetTimestamp();
                    if (now - last > Volatile.Read(ref _longest))
                        Volatile.Write(ref _longest, now - last);

                    last = now;
                    Interlocked.Add(ref _received, count);
                }
            });
        }

        internal Task MovesOnAsync(long bytes)
        {
            long target = Volatile.Read(ref _received) + bytes;
            return Eventually.TrueAsync(() => Volatile.Read(ref _received) >= target, $"{bytes} bytes more arrive");
        }

        internal TimeSpan TakeLongest() => Stopwatch.GetElapsedTime(0, Interlocked.Exchange(ref _longest, 0));

        internal async Task EndAsync()
        {
            _isEnding = true;
            await _sending.WaitAsync(Limit.OfAWait);
            await _receiving.WaitAsync(Limit.OfAWait);
        }
    }
}
