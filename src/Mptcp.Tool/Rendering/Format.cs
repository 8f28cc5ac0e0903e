using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Spectre.Console;

namespace Mptcp.Tool.Rendering;

/// <summary>Formats values for people.</summary>
static class Format
{
    internal static string Token(uint token) => token.ToString("x8", CultureInfo.InvariantCulture);

    internal static string Bytes(long? bytes) => bytes is { } value ? Quantity.Bytes(value) : "";

    internal static string Rate(double? bytesPerSecond) => bytesPerSecond is { } value ? Quantity.Rate(value) : "";

    internal static string Milliseconds(TimeSpan? time) => time is { TotalMilliseconds: var value } ? Quantity.Milliseconds(value) : "";

    /// <summary>Escapes the brackets of an IPv6 address, which are markup otherwise.</summary>
    internal static string Cell(object? value) => value is null ? "" : Markup.Escape(value.ToString()!);

    /// <summary>Returns "subflow, backup", as <c>ip mptcp</c> names the flags.</summary>
    internal static string Flags(MptcpEndpointFlags flags) => flags == MptcpEndpointFlags.None ? "none" : flags.ToString().ToLowerInvariant();

    internal static string State(TcpState state) => state.ToString().ToLowerInvariant();

    internal static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    internal static bool IsAny(IPEndPoint endPoint) => endPoint.Port == 0;
}
