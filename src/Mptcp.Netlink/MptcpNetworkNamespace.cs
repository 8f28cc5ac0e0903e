using System.ComponentModel;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Mptcp.Sockets;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;
using Libc = Mptcp.Netlink.Interop.Libc;

namespace Mptcp.Netlink;

/// <summary>
/// Runs code in another network namespace. Objects that the code opens remain in that namespace, whichever thread uses them.
/// </summary>
/// <example><code>using MptcpPathManager manager = MptcpNetworkNamespace.Run("/run/netns/blue", MptcpPathManager.Open);</code></example>
public static class MptcpNetworkNamespace
{
    /// <summary>
    /// Runs code on a new thread that enters the namespace and ends afterwards. The code after an <c>await</c> runs elsewhere.
    /// </summary>
    /// <param name="path">
    /// The file of the namespace, such as <c>/run/netns/NAME</c> of <c>ip netns</c>, or <c>/proc/PID/ns/net</c> of a process.
    /// </param>
    /// <param name="body">
    /// The code, such as <see cref="MptcpPathManager.Open"/> or <see cref="MptcpHostSnapshot.Take"/>. Its exceptions are thrown to the
    /// caller.
    /// </param>
    /// <exception cref="IOException">The file does not exist or cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not open the file.</exception>
    /// <exception cref="ArgumentException">The file is not a network namespace.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_SYS_ADMIN</c>, which entering a namespace needs.</exception>
    /// <exception cref="MptcpNotSupportedException">The system is not Linux.</exception>
    public static T Run<T>(string path, Func<T> body)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(body);
        if (!OperatingSystem.IsLinux())
            throw new Sockets.Creation.Refusal(MptcpUnavailableReason.NotLinux).ToException();

        using SafeFileHandle handle = File.OpenHandle(path);
        T? result = default;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(handle, path);
                result = body();
            }
            catch (Exception e) // the caller's wait throws it
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        })
        {
            IsBackground = true,
            Name = $"network namespace {path}",
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result!;
    }

    static void Enter(SafeFileHandle handle, string path)
    {
        if (Libc.setns(handle, CLONE_NEWNET) == 0)
            return;

        throw Marshal.GetLastPInvokeError() switch
        {
            EPERM => new MptcpPrivilegeException($"enter the network namespace {path}", EPERM, "CAP_SYS_ADMIN is needed, too"),
            EINVAL => new ArgumentException($"{path} is not a network namespace. Use /run/netns/NAME or /proc/PID/ns/net.", nameof(path)),
            int errno => new Win32Exception(errno),
        };
    }
}
