using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Html;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Dashboard.Pages;

/// <summary>The network interfaces, with what the path manager knows about each.</summary>
static class InterfacesPage
{
    internal const string Title = "Interfaces";

    internal static Page Render(PageRequest page)
    {
        MptcpHostSnapshot host = page.Sample.Reading.Host;
        MptcpEndpoint[] elsewhere = [.. (host.Endpoints ?? []).Where(endpoint => !host.Interfaces.Any(one => Has(one, endpoint)))];
        return new Page(Title, $"""
            <p>{(host.Limits is { } limits
                ? $"Each connection may have {Quantity.Count(limits.ExtraSubflows, "extra path")}, and connects to {Quantity.Count(limits.AcceptedAddresses, "address", "addresses")} that its peer announces."
                : "There are no limits and no endpoints: the kernel has no MPTCP.")}
            {(page.AllowsChanges ? $"""<a class="button" href="change?do=add">Add an endpoint</a>""" : Markup.None)}</p>
            {Parts.Table(
                "Interfaces and endpoints",
                Parts.Heads("Interface", "State", "rp_filter", "Address", "Default route", "Endpoint", "#Paths", "#Rate", "#Sent", "#Received"),
                host.Interfaces.SelectMany(one => Rows(one, page)),
                "There is no network interface.")}
            {(elsewhere.Length == 0 ? Markup.None : Parts.Table(
                "Endpoints whose address no interface has", Parts.Heads("Address", "Endpoint"),
                elsewhere.Select(endpoint => (Markup)$"""<tr><td>{endpoint.Address.ToString()}</td><td>{Endpoint(endpoint, page)}</td></tr>"""), ""))}
            """);
    }

    static IEnumerable<Markup> Rows(MptcpInterface one, PageRequest page)
    {
        PathView[] paths = [.. page.Sample.Connections.SelectMany(connection => connection.Paths).Where(path => path.Reading.Interface == one.Name)];
        if (one.Addresses.Count == 0)
            return [$"""<tr>{Interface(one, 1)}<td colspan="3">no address</td>{Traffic(paths)}</tr>"""];

        return one.Addresses.Select((address, i) => (Markup)$"""
            <tr>{(i == 0 ? Interface(one, one.Addresses.Count) : Markup.None)}<td>{address.Address.ToString()}{(address.IsReady ? Markup.None : $"<br><small>begins no paths</small>")}</td><td>{Route(address)}</td>
            <td>{Endpoints(address, page)}</td>{Traffic([.. paths.Where(path => path.Reading.Key.Local.Address.Equals(address.Address))])}</tr>
            """);
    }

    static Markup Interface(MptcpInterface one, int rows) => $"""
        <th scope="rowgroup" rowspan="{rows}"><bdi>{one.Name}</bdi></th><td rowspan="{rows}">{State(one)}</td><td rowspan="{rows}">{one.ReversePathFilter switch
        {
            0 => "off",
            1 => "strict",
            2 => "loose",
            _ => "–",
        }}</td>
        """;

    static string State(MptcpInterface one) => one switch
    {
        { IsUp: false } => "down",
        { HasCarrier: false } => "no carrier",
        _ => "up",
    };

    static Markup Route(MptcpInterfaceAddress address) => address.DefaultRoute switch
    {
        null => $"none",
        { Gateway: { } gateway, Table: var table } => $"via {gateway.ToString()}{(table == 254 ? Markup.None : $"<br><small>table {table}</small>")}",
        _ => $"on the link",
    };

    static Markup Endpoints(MptcpInterfaceAddress address, PageRequest page)
    {
        MptcpHostSnapshot host = page.Sample.Reading.Host;
        if (host is { Endpoints: null, Limits: not null })
            return $"unknown";

        MptcpEndpoint[] endpoints = [.. (host.Endpoints ?? []).Where(endpoint => endpoint.Address.Equals(address.Address))];
        return endpoints.Length == 0 ? $"–" : (Markup)$"{endpoints.Select(endpoint => Endpoint(endpoint, page))}";
    }

    static Markup Endpoint(MptcpEndpoint endpoint, PageRequest page)
    {
        bool isBackup = endpoint.Flags.HasFlag(MptcpEndpointFlags.Backup);
        return $"""
            {endpoint.Id}: {Text.Flags(endpoint.Flags)}{(endpoint.InterfaceName is { } name ? $", bound to {name}" : "")}{(endpoint.Port == 0 ? "" : $", port {endpoint.Port}")}
            {(page.AllowsChanges
                ? $"""<br><a href="change?do={(isBackup ? "endpoint-regular" : "endpoint-backup")}&id={endpoint.Id}">{(isBackup ? "Make regular" : "Make backup")}</a> <a href="change?do=remove&id={endpoint.Id}">Remove</a>"""
                : Markup.None)}
            """;
    }

    static Markup Traffic(PathView[] paths) => $"""
        <td class="n">{paths.Length}</td><td class="n">{Text.Rate(paths.Sum(path => path.Rate))}</td><td class="n">{Text.Bytes(paths.Sum(path => path.Reading.BytesSent))}</td>
        <td class="n">{Text.Bytes(paths.Sum(path => path.Reading.BytesReceived))}</td>
        """;

    static bool Has(MptcpInterface one, MptcpEndpoint endpoint) => one.Addresses.Any(address => address.Address.Equals(endpoint.Address));
}
