using System.Net;
using Mptcp.Netlink.Programs;

namespace Mptcp.Netlink.Tests.Programs;

public class EventTextTests
{
    static readonly IPEndPoint s_local = IPEndPoint.Parse("192.0.2.1:40000"), s_elsewhere = IPEndPoint.Parse("192.0.2.9:40000"), s_remote = IPEndPoint.Parse("198.51.100.1:443");
    static readonly InterfaceNames s_interfaces = new([new MptcpInterface(2, "wifi", [new MptcpInterfaceAddress(s_local.Address, IsReady: true)]), new MptcpInterface(3, "cell", [])]);

    public static TheoryData<MptcpEvent, string> Events => new()
    {
        { new MptcpSubflowEstablished(1, s_local, s_remote), "path over wifi joined: 192.0.2.1:40000 → 198.51.100.1:443" },
        { new MptcpSubflowEstablished(1, s_local, s_remote) { InterfaceIndex = 3, IsBackup = true }, "path over cell joined as backup: 192.0.2.1:40000 → 198.51.100.1:443" },
        { new MptcpSubflowClosed(1, s_elsewhere, s_remote), "path closed: 192.0.2.9:40000 → 198.51.100.1:443" },
        {
            new MptcpSubflowClosed(1, s_local, s_remote) { ErrorNumber = 104, ResetReason = MptcpResetReason.LackOfResources, IsResetTransient = true },
            "path over wifi closed, Connection reset by peer (error 104), the peer reset it: lack of resources, for now: 192.0.2.1:40000 → 198.51.100.1:443"
        },
        { new MptcpSubflowPriorityChanged(1, s_local, s_remote) { IsBackup = true }, "path over wifi is a backup now: 192.0.2.1:40000 → 198.51.100.1:443" },
        { new MptcpConnectionClosed(1), "connection closed" },
        { new MptcpEventsLost(), "events were lost: this program was too slow" },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_is_described_with_its_interface_reason_and_addresses(MptcpEvent what, string expected) => EventText.Of(what, s_interfaces).ToString().Should().Be(expected);

    [Fact]
    public void Every_reason_of_a_reset_has_words()
    {
        foreach (MptcpResetReason reason in Enum.GetValues<MptcpResetReason>())
            EventText.Of(new MptcpSubflowClosed(1, s_local, s_remote) { ResetReason = reason }, s_interfaces).What.Should().NotContain("reason ");
    }
}
