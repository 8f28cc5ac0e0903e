using System.Globalization;
using System.Net.Sockets;
using Mptcp.Lab;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>The MPTCP features of the running kernel, asked of the kernel itself.</summary>
static class KernelFacts
{
    const int SOL_MPTCP = 284, MPTCP_INFO = 1;

    /// <summary>Whether <c>TCP_NODELAY</c> can be set on an MPTCP socket.</summary>
    internal static bool HasNoDelay
    {
        get
        {
            using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork);
            try
            {
                socket.NoDelay = true;
                return true;
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.OperationNotSupported or SocketError.ProtocolOption)
            {
                return false;
            }
        }
    }

    /// <summary>The row of this kernel in docs/kernels.md.</summary>
    internal static string Row()
    {
        MptcpCapabilities system = MptcpCapabilities.Probe();
        string version = $"{system.KernelVersion!.Major}.{system.KernelVersion.Minor}";
        return system.IsSupported
            ? Row(
                version,
                HasNoDelay ? "MPTCP" : "MPTCP; with Kestrel TCP",
                ConnectionState.Source switch { StateSource.StateOption => "TCP_IS_MPTCP", StateSource.Info => "MPTCP_INFO", _ => "TCP_USER_TIMEOUT" },
                system.SupportsInfo ? $"{Size(SOL_MPTCP, MPTCP_INFO)} bytes" : "no",
                system.SupportsFullInfo ? "at once" : system.SupportsSubflowInfo ? "in two calls" : "no",
                MostSubflows(),
                File.Exists("/proc/sys/net/mptcp/pm_type") || File.Exists("/proc/sys/net/mptcp/path_manager") ? "yes" : "no",
                File.Exists("/proc/sys/net/mptcp/blackhole_timeout") ? "yes" : "no")
            : Row($"{version} without MPTCP", $"TCP ({system.UnavailableReason})", "–", "–", "–", "–", "–", "–");
    }

    static string Row(params string[] cells) => $"| {string.Join(" | ", cells)} |";

    /// <summary>The method requests a limit that is too high for every kernel, and then lower ones until one is accepted.</summary>
    static string MostSubflows()
    {
        using var one = new OneHost();
        foreach (int limit in new[] { 255, 128, 64, 8 })
        {
            try
            {
                one.Host.SetLimits(limit, limit);
                return limit.ToString(CultureInfo.InvariantCulture);
            }
            catch (LabException)
            {
                // Try the next one.
            }
        }

        return "fewer than 8";
    }

    static int Size(int level, int name)
    {
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork, MptcpMode.Required);
        return socket.GetRawSocketOption(level, name, new byte[1024]);
    }
}
