using System.Globalization;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Dashboard.Html;

/// <summary>Formats values for people.</summary>
static class Text
{
    internal static string Token(uint token) => token.ToString("x8", CultureInfo.InvariantCulture);

    internal static string Bytes(long? bytes) => bytes is { } value ? Quantity.Bytes(value) : "–";

    internal static string Rate(double? bytesPerSecond) => bytesPerSecond is { } value ? Quantity.Rate(value) : "–";

    internal static string Milliseconds(double? value) => value is { } time ? Quantity.Milliseconds(time) : "–";

    internal static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "–";

    internal static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    /// <summary>Returns "subflow, backup", as <c>ip mptcp</c> names the flags.</summary>
    internal static string Flags(MptcpEndpointFlags flags) => flags == MptcpEndpointFlags.None ? "none" : flags.ToString().ToLowerInvariant();
}
