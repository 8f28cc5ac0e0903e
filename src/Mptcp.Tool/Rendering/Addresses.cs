using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Mptcp.Tool.Rendering;

/// <summary>Shortens addresses, for a report that others will see.</summary>
static partial class Addresses
{
    /// <summary>
    /// Keeps the first and the last part of each IP address in a text: 192.0.2.7 becomes 192.x.x.7. Loopback addresses stay.
    /// </summary>
    internal static string Shorten(string text) => Pattern().Replace(text, match =>
        IPAddress.TryParse(match.Value, out IPAddress? address) && !IPAddress.IsLoopback(address) && !address.Equals(IPAddress.Any) && !address.Equals(IPAddress.IPv6Any)
            ? Shorten(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)
            : match.Value);

    static string Shorten(IPAddress address)
    {
        string[] parts = address.ToString().Split(address.AddressFamily == AddressFamily.InterNetwork ? '.' : ':');
        return address.AddressFamily == AddressFamily.InterNetwork ? $"{parts[0]}.x.x.{parts[^1]}" : $"{parts[0]}:x:{parts[^1]}";
    }

    [GeneratedRegex(@"(?<![\w.:])(\d{1,3}(\.\d{1,3}){3}(?!\w)|[0-9a-fA-F]{0,4}(:[0-9a-fA-F]{0,4}){2,7}(\.\d{1,3}){0,3}(?![\w:]))")]
    private static partial Regex Pattern();
}
