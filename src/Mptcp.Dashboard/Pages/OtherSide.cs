using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Html;
using Mptcp.Netlink.Programs;
using Mptcp.Sockets;

namespace Mptcp.Dashboard.Pages;

/// <summary>The other side of a relayed connection, on the page of one side.</summary>
static class OtherSide
{
    /// <summary>The anchor of the section.</summary>
    internal const string Id = "other-side";

    /// <summary>Says what the connection of the page is to the gateway.</summary>
    internal static Markup Tiles(RelayedSide side) => $"""
        {Parts.Tile("Relayed by", side.Relay.Route, side.IsClients ? "this is the client's side" : "this is the server's side")}
        {Parts.Tile("Client", side.Relay.Source.ToString())}
        """;

    internal static Markup Render(RelayedSide side, PageRequest page, long first, int seconds)
    {
        (double? sending, double? receiving) = side.IsClients ? (side.ToServerRate, side.ToClientRate) : (side.ToClientRate, side.ToServerRate);
        (long sent, long received) = side.IsClients ? (side.Relay.ToServer, side.Relay.ToClient) : (side.Relay.ToClient, side.Relay.ToServer);
        return $"""
            <section aria-labelledby="{Id}"><h2 id="{Id}">The {side.OtherName}'s side</h2>
            <dl class="tiles">
            {Parts.Tile("From", side.OtherSide.Local.ToString())}
            {Parts.Tile("To", side.OtherSide.Remote.ToString())}
            {Parts.Tile("Protocol", Protocol(side), side.Other is { } listed ? Quantity.Count(listed.Paths.Count, "path") : "")}
            {Parts.Tile("Sending", Text.Rate(sending), $"{Text.Bytes(sent)} so far")}
            {Parts.Tile("Receiving", Text.Rate(receiving), $"{Text.Bytes(received)} so far")}
            </dl>
            {(side.Other is { } other ? Paths(other, page, first, seconds) : Markup.None)}
            </section>
            """;
    }

    internal static string Protocol(RelayedSide side) => side.OtherSide.State switch
    {
        MptcpState.Mptcp => "MPTCP",
        MptcpState.FellBack => "fell back to TCP",
        _ => "TCP",
    };

    static Markup Paths(ConnectionView other, PageRequest page, long first, int seconds)
    {
        (PathView Path, PathPoint[] Points)[] paths = page.Feed.History.Read(other.Reading.Token, first, seconds);
        return $"""
            <p>Connection {page.Link(other.Reading.Token)}</p>
            {ConnectionPage.Table("Paths of the other side", other, page, [.. paths.Select(path => path.Path)])}
            {Chart.Throughput(paths, seconds, [])}
            """;
    }
}
