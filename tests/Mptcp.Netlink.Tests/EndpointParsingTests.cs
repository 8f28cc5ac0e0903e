using System.Net;
using Mptcp.Netlink.PathManager;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Tests.Support.KernelMessages;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Tests;

/// <summary>Endpoints and limits of the path manager. Each field has another value, so that none is read from the place of another.</summary>
public class EndpointParsingTests
{
    [Fact]
    public void An_endpoint_is_parsed()
    {
        var writer = NetlinkMessageWriter.Generic(stackalloc byte[NetlinkMessageWriter.Enough], Family, MPTCP_PM_CMD_GET_ADDR, 1, 0);
        int nest = writer.BeginNest(MPTCP_PM_ATTR_ADDR);
        writer.Bytes(MPTCP_PM_ADDR_ATTR_ADDR6, IPv6);
        writer.UInt16(MPTCP_PM_ADDR_ATTR_PORT, 8080);
        writer.Byte(MPTCP_PM_ADDR_ATTR_ID, 7);
        writer.UInt32(MPTCP_PM_ADDR_ATTR_FLAGS, (uint)(MptcpEndpointFlags.Signal | MptcpEndpointFlags.Backup));
        writer.Int32(MPTCP_PM_ADDR_ATTR_IF_IDX, 3);
        writer.EndNest(nest);

        EndpointParser.Parse(Only(writer.Message)).Should().Be(new MptcpEndpoint(IPAddress.Parse("2001:db8::1"), MptcpEndpointFlags.Signal | MptcpEndpointFlags.Backup)
        {
            Port = 8080,
            Id = 7,
            InterfaceIndex = 3,
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_endpoint_without_an_address_is_refused(bool hasAttribute)
    {
        var writer = NetlinkMessageWriter.Generic(stackalloc byte[NetlinkMessageWriter.Enough], Family, MPTCP_PM_CMD_GET_ADDR, 1, 0);
        if (hasAttribute)
            writer.EndNest(writer.BeginNest(MPTCP_PM_ATTR_ADDR));

        byte[] message = writer.Message.ToArray();
        FluentActions.Invoking(() => EndpointParser.Parse(Only(message))).Should().Throw<InvalidDataException>().WithMessage("*endpoint without an address*");
    }

    [Theory]
    [InlineData(2u, 5u, true)]
    [InlineData((uint)int.MaxValue, 5u, true)]
    [InlineData(2u, (uint)int.MaxValue, true)]
    [InlineData(int.MaxValue + 1u, 5u, false)]
    [InlineData(2u, int.MaxValue + 1u, false)]
    [InlineData(null, 5u, false)]
    [InlineData(2u, null, false)]
    public void Limits_are_parsed_or_refused(uint? subflows, uint? addresses, bool isTaken)
    {
        var writer = NetlinkMessageWriter.Generic(stackalloc byte[NetlinkMessageWriter.Enough], Family, MPTCP_PM_CMD_GET_LIMITS, 1, 0);
        if (addresses is { } accepted)
            writer.UInt32(MPTCP_PM_ATTR_RCV_ADD_ADDRS, accepted);

        if (subflows is { } extra)
            writer.UInt32(MPTCP_PM_ATTR_SUBFLOWS, extra);

        byte[] message = writer.Message.ToArray();
        Func<MptcpLimits> parse = () => EndpointParser.ParseLimits(Only(message));
        if (isTaken)
            parse().Should().Be(new MptcpLimits((int)subflows!, (int)addresses!));
        else
            parse.Should().Throw<InvalidDataException>().WithMessage("*invalid limits*");
    }
}
