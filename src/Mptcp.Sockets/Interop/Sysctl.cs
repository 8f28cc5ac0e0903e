using System.Globalization;

namespace Mptcp.Sockets.Interop;

/// <summary>The <c>net.mptcp.*</c> settings of the calling thread's network namespace: Documentation/networking/mptcp-sysctl.rst.</summary>
static class Sysctl
{
    /// <summary>How long the kernel avoids MPTCP after it detected the first blackhole; null before Linux 6.12.</summary>
    internal static TimeSpan? BlackholeTimeout => ReadSeconds("blackhole_timeout");

    /// <summary>How long the kernel keeps a connection without any path; null before Linux 6.7.</summary>
    internal static TimeSpan? CloseTimeout => ReadSeconds("close_timeout");

    /// <summary>The path manager of new connections: <c>kernel</c> or <c>userspace</c>; null if the kernel does not report it.</summary>
    internal static string? PathManager => Read("path_manager") ?? Read("pm_type") switch
    {
        "0" => "kernel",
        "1" => "userspace",
        _ => null,
    };

    /// <summary>The packet scheduler of new connections; null if the kernel does not report it.</summary>
    internal static string? Scheduler => Read("scheduler");

    static TimeSpan? ReadSeconds(string name) =>
        int.TryParse(Read(name), CultureInfo.InvariantCulture, out int seconds) ? TimeSpan.FromSeconds(seconds) : null;

    /// <summary>Returns the text of the setting; null if this kernel has none or this process may not read it.</summary>
    static string? Read(string name)
    {
        try
        {
            return File.ReadAllText($"/proc/sys/net/mptcp/{name}").Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
