using System.Diagnostics;

namespace Mptcp.Testing;

/// <summary>
/// A fixture that takes loopback up. In a new network namespace, such as that of 'unshare --user --map-root-user --net dotnet test', it is
/// down.
/// </summary>
public sealed class Loopback
{
    /// <summary>Takes loopback up if it is down and this user may do so. Otherwise, tests report what is missing.</summary>
    public Loopback()
    {
        const string ip = "/sbin/ip";
        if (OperatingSystem.IsLinux() && File.Exists(ip))
        {
            using Process process = Process.Start(new ProcessStartInfo(ip, ["link", "set", "dev", "lo", "up"]) { RedirectStandardError = true })!;
            process.WaitForExit();
        }
    }
}
