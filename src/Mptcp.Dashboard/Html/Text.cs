using System.Globalization;
using System.Net;
using Mptcp.Netlink;

namespace Mptcp.Dashboard.Html;

/// <summary>Formats values for people.</summary>
static class Text
{
    static readonly string[] s_bytes = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    static readonly string[] s_rates = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];

    internal static string Token(uint token) => token.ToString("x8", CultureInfo.InvariantCulture);

    internal static string Bytes(long? bytes) => bytes is { } value ? Scale(value, s_bytes) : "–";

    internal static string Rate(double? bytesPerSecond) => bytesPerSecond is { } value ? Scale(value * 8, s_rates) : "–";

    internal static string Milliseconds(double? value) =>
        value is { } time ? $"{time.ToString(time < 10 ? "F2" : time < 100 ? "F1" : "F0", CultureInfo.InvariantCulture)} ms" : "–";

    internal static string Number(long? value) => value?.ToString(CultureInfo.InvariantCulture) ?? "–";

    internal static string Count(int count, string noun, string? plural = null) => $"{Number(count)} {(count == 1 ? noun : plural ?? $"{noun}s")}";

    internal static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);

    internal static string Pair(IPEndPoint local, IPEndPoint remote) => $"{local} → {remote}";

    /// <summary>Returns "subflow, backup", as <c>ip mptcp</c> names the flags.</summary>
    internal static string Flags(MptcpEndpointFlags flags) => flags == MptcpEndpointFlags.None ? "none" : flags.ToString().ToLowerInvariant();

    static string Scale(double value, string[] units)
    {
        int unit = 0;
        for (; value >= 999.5 && unit < units.Length - 1; unit++)
            value /= 1000;

        return $"{value.ToString(unit == 0 || value >= 99.95 ? "F0" : "F1", CultureInfo.InvariantCulture)} {units[unit]}";
    }
}
