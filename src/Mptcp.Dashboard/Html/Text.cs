using System.Globalization;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Sockets;

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

    internal static string Reason(MptcpUnavailableReason reason) => reason switch
    {
        MptcpUnavailableReason.NotLinux => "this is not Linux",
        MptcpUnavailableReason.KernelTooOld => "the kernel is too old",
        MptcpUnavailableReason.NotCompiled => "the kernel was built without it",
        MptcpUnavailableReason.DisabledBySysctl => "net.mptcp.enabled is 0",
        MptcpUnavailableReason.BlockedByPolicy => "a security policy forbids it",
        MptcpUnavailableReason.DisabledBySwitch => "it is turned off for this program",
        _ => "unknown",
    };

    /// <summary>Returns "subflow, backup", as <c>ip mptcp</c> names the flags.</summary>
    internal static string Flags(MptcpEndpointFlags flags) => flags == MptcpEndpointFlags.None ? "none" : flags.ToString().ToLowerInvariant();
}
