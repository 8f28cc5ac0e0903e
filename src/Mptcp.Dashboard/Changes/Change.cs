using System.Globalization;
using System.Net;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Dashboard.Changes;

/// <summary>A change that a page offers.</summary>
/// <param name="Question">The question that the confirmation asks.</param>
/// <param name="Do">Makes the change, and says what was done. Runs in the network namespace of the dashboard.</param>
sealed record Change(string Question, Func<string> Do)
{
    /// <summary>Parses the fields of a request; throws <see cref="FormatException"/> with the reason.</summary>
    internal static Change Parse(Func<string, string> field)
    {
        string kind = field("do");
        return kind switch
        {
            "backup" or "regular" => new Change(
                $"Make the path from {Path(field).Local} to {Path(field).Remote} {PathChanges.Words(kind == "backup")}? If the kernel manages the path, its endpoint changes, for all connections.",
                () => PathChanges.SetBackup(Token(field), Path(field).Local, Path(field).Remote, kind == "backup")),
            "close" => new Change($"Close the path from {Path(field).Local} to {Path(field).Remote}?", () => PathChanges.Close(Token(field), Path(field).Local, Path(field).Remote)),
            "endpoint-backup" or "endpoint-regular" => new Change(
                $"Make endpoint {Id(field)} {PathChanges.Words(kind == "endpoint-backup")}, for all connections?", () => PathChanges.SetBackup(Id(field), kind == "endpoint-backup")),
            "remove" => new Change($"Remove endpoint {Id(field)}? The kernel closes its paths, of all connections.", () => EndpointChanges.Remove(Id(field))),
            "add" => new Change("Add an endpoint?", () => EndpointChanges.Add(Endpoint(field))),
            _ => throw new FormatException("There is no such change."),
        };
    }

    static uint Token(Func<string, string> field) =>
        uint.TryParse(field("token"), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint token) ? token : throw new FormatException("The token is not a hexadecimal number.");

    static (IPEndPoint Local, IPEndPoint Remote) Path(Func<string, string> field) =>
        IPEndPoint.TryParse(field("local"), out IPEndPoint? local) && IPEndPoint.TryParse(field("remote"), out IPEndPoint? remote)
            ? (local, remote)
            : throw new FormatException("The path has no valid addresses.");

    static byte Id(Func<string, string> field) =>
        byte.TryParse(field("id"), NumberStyles.None, CultureInfo.InvariantCulture, out byte id) && id > 0 ? id : throw new FormatException("The id of an endpoint is a number from 1 to 255.");

    static MptcpEndpoint Endpoint(Func<string, string> field)
    {
        if (!IPAddress.TryParse(field("address"), out IPAddress? address))
            throw new FormatException("The address is not an IP address.");

        MptcpEndpointFlags flags = field("role") switch
        {
            "subflow" => MptcpEndpointFlags.Subflow,
            "signal" => MptcpEndpointFlags.Signal,
            _ => throw new FormatException("The role is subflow or signal."),
        };
        return new MptcpEndpoint(address, field("backup") == "" ? flags : flags | MptcpEndpointFlags.Backup) { InterfaceName = field("interface") is { Length: > 0 } name ? name : null };
    }
}
