using System.Globalization;

namespace Mptcp.Netlink.Programs;

/// <summary>Formats quantities with units, the same in the command and in the dashboard.</summary>
static class Quantity
{
    static readonly string[] s_bytes = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];
    static readonly string[] s_rates = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];

    internal static string Bytes(long bytes) => Scale(bytes, s_bytes);

    internal static string Rate(double bytesPerSecond) => Scale(bytesPerSecond * 8, s_rates);

    internal static string Milliseconds(double value) => $"{value.ToString(value < 10 ? "F2" : value < 100 ? "F1" : "F0", CultureInfo.InvariantCulture)} ms";

    internal static string Count(int count, string noun, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? noun : plural ?? $"{noun}s")}");

    static string Scale(double value, string[] units)
    {
        int unit = 0;
        for (; value >= 999.5 && unit < units.Length - 1; unit++)
            value /= 1000;

        return $"{value.ToString(unit == 0 || value >= 99.95 ? "F0" : "F1", CultureInfo.InvariantCulture)} {units[unit]}";
    }
}
