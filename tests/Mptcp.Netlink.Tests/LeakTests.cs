using System.Net;
using Mptcp.Netlink.Tests.Support;

namespace Mptcp.Netlink.Tests;

[Collection(Alone.Name)]
public class LeakTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task No_socket_is_left_behind()
    {
        using var one = new OneHost();
        one.Host.Run(UseAll); // what is opened once in a process is not counted
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
}
