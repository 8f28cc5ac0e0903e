using System.Net;
using System.Net.Sockets;
using Mptcp.Netlink.Endpoints;
using Mptcp.Netlink.Policies;
using Mptcp.Netlink.Tests.Support;

namespace Mptcp.Netlink.Tests;

[Collection(Alone.Name)]
public class LeakTests
{
    /// <summary>The policy opens four sockets, each of which may fail. Before that it reads a setting, which needs a descriptor for a moment.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_policy_that_fails_to_start_leaves_no_socket_behind()
    {
        using var one = new OneHost();
        one.Host.UseUserspacePaths();
        int before = Descriptors.CountSockets();
        one.Host.Run(() => Start(left: 100)).Should().BeNull();
        before = await Descriptors.CountSocketsOnceSettledAsync(before); // what is left is one-time work
        for (int left = 1; left < 5; left++)
        {
            one.Host.Run(() => Start(left)).Should().BeOfType<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.TooManyOpenSockets);
            (await Descriptors.CountSocketsOnceSettledAsync(before)).Should().Be(before);
        }

        static Exception? Start(int left)
        {
            using var service = new PathPolicyService(new Witness(), new CollectedLogs());
            using var few = new FewDescriptors(left);
            Exception? failure = Record.Exception(() => service.StartAsync(CancellationToken.None).IsCompletedSuccessfully.Should().BeTrue());
            service.StopAsync(CancellationToken.None).Wait(Limit.OfAWait);
            return failure;
        }
    }

    /// <summary>Any program of the host can connect to the address.</summary>
    [Fact]
    public void Programs_that_wait_for_the_endpoints_take_a_limited_number_of_descriptors()
    {
        using var one = new OneHost();
        one.Host.Run(() =>
        {
            using var lease = new EndpointsLease();
            lease.TryTake().Should().BeTrue();
            Socket[] waiting = WaitForTheEndpoints(EndpointsLease.MostAwaiting + 10);

            int before = Descriptors.CountSockets();
            lease.IsAwaited.Should().BeTrue();
            lease.IsAwaited.Should().BeTrue();

            (Descriptors.CountSockets() - before).Should().Be(EndpointsLease.MostAwaiting);
            Array.ForEach(waiting, other => other.Dispose());
        });
    }

    /// <summary>A service that is restarted again and again, while another one has the lease.</summary>
    [Fact]
    public void A_program_that_waits_for_the_endpoints_is_seen_behind_many_that_have_ended()
    {
        using var one = new OneHost();
        one.Host.Run(() =>
        {
            using var lease = new EndpointsLease();
            lease.TryTake().Should().BeTrue();
            Socket[] waiting = WaitForTheEndpoints(EndpointsLease.MostAwaiting + 10);

            Array.ForEach(waiting[..^1], other => other.Dispose());
            lease.IsAwaited.Should().BeTrue();
            waiting[^1].Dispose();
            lease.IsAwaited.Should().BeFalse();
        });
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task No_socket_is_left_behind()
    {
        using var one = new OneHost();
        one.Host.Run(UseAll); // one-time work is not counted
        int before = Descriptors.CountSockets();
        for (int i = 0; i < 50; i++)
            one.Host.Run(UseAll);

        (await Descriptors.CountSocketsOnceSettledAsync(before)).Should().Be(before);

        static void UseAll()
        {
            using (MptcpPathManager manager = MptcpPathManager.Open())
            {
                manager.GetEndpoints();
                manager.Invoking(m => m.RemoveEndpoint(1)).Should().Throw<MptcpNetlinkException>();
            }

            using (MptcpUserspacePathManager manager = MptcpUserspacePathManager.Open())
                manager.Invoking(m => m.Announce(1, 1, IPAddress.Loopback)).Should().Throw<MptcpNetlinkException>();

            MptcpEventMonitor monitor = MptcpEventMonitor.Open();
            Task<bool> reading = monitor.ReadAllAsync().GetAsyncEnumerator().MoveNextAsync().AsTask();
            monitor.DisposeAsync().AsTask().IsCompletedSuccessfully.Should().BeTrue();
            reading.Wait(Limit.OfAWait).Should().BeTrue();
            MptcpConnections.List().Should().BeEmpty();
            MptcpConnections.Find(1).Should().BeNull();
        }
    }

    static Socket[] WaitForTheEndpoints(int count)
    {
        Socket[] waiting = [.. Enumerable.Range(0, count).Select(_ => new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))];
        foreach (Socket other in waiting)
            other.Connect(new UnixDomainSocketEndPoint("\0mptcp-netlink-endpoints"));

        return waiting;
    }
}
