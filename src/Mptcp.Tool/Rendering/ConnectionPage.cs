using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Sockets;

namespace Mptcp.Tool.Rendering;

/// <summary>Shows everything about one connection.</summary>
static class ConnectionPage
{
    internal static IEnumerable<string> Lines(MptcpConnection connection, MptcpSocketOwner? owner, InterfaceNames interfaces, MptcpFinding? onePath, int width)
    {
        yield return $"[bold]{Format.Token(connection.Token)}[/]  {Format.Cell(connection.LocalEndPoint)} → {Format.Cell(connection.RemoteEndPoint)}";
        yield return Row("state", Format.State(connection.State));
        yield return Row("process", owner is null ? "[grey]unknown; root sees all processes[/]" : $"{Format.Cell(owner.Name)} ({owner.ProcessId})");
        yield return Row("waiting", $"{Format.Bytes(connection.SendQueue)} to be acknowledged, {Format.Bytes(connection.ReceiveQueue)} to be read");
        if (connection.Info is { } info)
        {
            foreach (string line in InfoLines(info))
                yield return line;
        }

        if (connection.Subflows is null)
            yield return Row("paths", "[grey]this kernel shows them with CAP_NET_ADMIN only[/]");

        foreach (MptcpConnectionSubflow subflow in connection.Subflows ?? [])
        {
            yield return "";
            yield return Crop.To($"[blue]{Format.Cell(interfaces.Of(subflow) ?? "?")}[/]  {Format.Cell(subflow.LocalEndPoint)} → {Format.Cell(subflow.RemoteEndPoint)}", width);
            foreach (string line in SubflowLines(subflow))
                yield return line;
        }

        foreach (string line in onePath is null ? [] : OnePathList.Lines([onePath], width))
            yield return line;
    }

    static IEnumerable<string> InfoLines(MptcpInfo info)
    {
        yield return Row("sent", $"{Format.Bytes(info.BytesSent)}, {Format.Bytes(info.BytesRetransmitted)} of it again");
        yield return Row("received", Format.Bytes(info.BytesReceived));
        yield return Row("extra paths", $"{info.ExtraSubflows} of {info.LimitExtraSubflows} allowed");
        yield return Row("addresses", $"{info.AddressesSignalled} announced, {info.AddressesAccepted} of {info.LimitAddressesAccepted} accepted");
        yield return Row("checksum", info.IsChecksumEnabled ? "yes" : "no");
        if (info.HasFallenBack)
            yield return Row("fallen back", "[yellow]yes: it uses TCP now[/]");
    }

    static IEnumerable<string> SubflowLines(MptcpConnectionSubflow subflow)
    {
        MptcpSubflow tcp = subflow.Tcp;
        yield return Row("state", ConnectionList.StateOf(subflow));
        yield return Row("RTT", tcp.SmoothedRtt is null ? "" : $"{Format.Milliseconds(tcp.SmoothedRtt)} ± {Format.Milliseconds(tcp.RttVariance)}, at least {Format.Milliseconds(tcp.MinimumRtt)}");
        yield return Row("rate", Format.Rate(tcp.DeliveryRate));
        yield return Row("window", tcp.CongestionWindow is { } window ? $"{window} segments of {tcp.MaximumSegmentSize} B" : "");
        yield return Row("sent", $"{Format.Bytes(tcp.BytesSent)}, {Format.Bytes(tcp.BytesRetransmitted)} of it again");
        yield return Row("received", Format.Bytes(tcp.BytesReceived));
        yield return Row("ids", $"{subflow.LocalAddressId} here, {subflow.RemoteAddressId} at the peer");
    }

    static string Row(string name, string value) => $"  [grey]{name,-12}[/] {value}";
}
