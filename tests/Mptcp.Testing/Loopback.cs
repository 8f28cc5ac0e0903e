using System.Diagnostics;

namespace Mptcp.Testing;

/// <summary>
/// An assembly's fixture: loopback is up, which it is not in a new network namespace, such as that of 'unshare --user --map-root-user --net dotnet test'.
/// </summary>
public sealed class Loopback
{
    /// <summary>Takes it up if it is down and this user may; else tests will say what they lack.</summary>
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
