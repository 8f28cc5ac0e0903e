using Mptcp.Netlink.Policies;
using Mptcp.Sockets.Info;
using static Mptcp.Netlink.MptcpSubflowFlags;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Finds out which end began a connection, without a kernel. The server listens on port 443.</summary>
public class ConnectionSideTests
{
    [Theory]
    [InlineData(false, RemoteCapable | LocalCapable, 443)]
    [InlineData(true, RemoteCapable, 40_000)]
    public void The_first_subflow_shows_the_role(bool isServer, MptcpSubflowFlags flags, int remotePort) => IsServer(remotePort, (flags, remotePort)).Should().Be(isServer);

    [Fact]
    public void A_server_that_opened_a_subflow_counts_as_a_server() => IsServer(40_000, (RemoteJoin | LocalJoin, 8443), (RemoteCapable, 40_000)).Should().BeTrue();

    [Fact]
    public void Further_subflows_show_the_role_without_the_first()
    {
        IsServer(443, (RemoteJoin | LocalJoin, 443)).Should().BeFalse();
        IsServer(40_000, (RemoteJoin, 40_001)).Should().BeTrue();
        IsServer(40_000, (RemoteJoin | LocalJoin, 8443), (RemoteJoin, 40_001)).Should().BeTrue();
    }

    [Fact]
    public void A_connection_without_subflows_counts_as_a_client() => IsServer(443).Should().BeFalse();

    static bool IsServer(int remotePort, params (MptcpSubflowFlags Flags, int RemotePort)[] subflows) => ConnectionSide.IsServer(new MptcpConnection
    {
        Remote = Remote(remotePort),
        Subflows =
        [
            .. subflows.Select(subflow => new MptcpConnectionSubflow { Flags = subflow.Flags, Tcp = SubflowParser.Parse(null, Remote(1), Remote(subflow.RemotePort), default) }),
        ],
    });

    static SubflowAddress Remote(int port) => SubflowAddress.FromIPv4([192, 0, 2, 1], (ushort)port);
}
