using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mptcp.Sockets;

/// <summary>Checks the arguments of callers.</summary>
static class Require
{
    internal static MptcpMode Defined(MptcpMode mode, [CallerArgumentExpression(nameof(mode))] string? name = null) =>
        mode is MptcpMode.Preferred or MptcpMode.Required or MptcpMode.Disabled
            ? mode
            : throw new ArgumentOutOfRangeException(name, mode, $"The mode must be {MptcpMode.Preferred}, {MptcpMode.Required} or {MptcpMode.Disabled}.");

    /// <summary>Checks a mode before a base constructor creates a socket.</summary>
    internal static T With<T>(T value, MptcpMode mode)
    {
        Defined(mode);
        return value;
    }

    internal static TimeSpan Delay(TimeSpan delay, [CallerArgumentExpression(nameof(delay))] string? name = null) =>
        delay == System.Threading.Timeout.InfiniteTimeSpan || (delay >= TimeSpan.Zero && delay.TotalMilliseconds <= int.MaxValue)
            ? delay
            : throw new ArgumentOutOfRangeException(
                name, delay, $"The delay must be from 0 to {int.MaxValue} milliseconds, or Timeout.InfiniteTimeSpan.");

    internal static TimeSpan Timeout(TimeSpan timeout, [CallerArgumentExpression(nameof(timeout))] string? name = null) =>
        timeout != TimeSpan.Zero ? Delay(timeout, name) : throw new ArgumentOutOfRangeException(name, timeout, "The timeout must not be 0. For an infinite time, use Timeout.InfiniteTimeSpan.");

    internal static bool IsInternet(AddressFamily family) => family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6;

    internal static AddressFamily InternetFamily(AddressFamily family, [CallerArgumentExpression(nameof(family))] string? name = null) =>
        IsInternet(family)
            ? family
            : throw new ArgumentException($"The address family must be InterNetwork or InterNetworkV6, not {family}.", name);

    /// <summary>Checks an end point to listen on.</summary>
    internal static IPEndPoint LocalEndPoint(EndPoint endPoint, [CallerArgumentExpression(nameof(endPoint))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint, name);
        return endPoint as IPEndPoint
            ?? throw new ArgumentException($"The end point must be an IPEndPoint, not {endPoint.GetType().Name} ({endPoint.AddressFamily}).", name);
    }

    /// <summary>Checks a host and a port to connect to.</summary>
    internal static void Host(
        string host, int port, [CallerArgumentExpression(nameof(host))] string? hostName = null, [CallerArgumentExpression(nameof(port))] string? portName = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(host, hostName);
        RemotePort(port, portName);
    }

    /// <summary>Checks a port as <see cref="System.Net.Sockets.TcpClient"/> does: 0 is valid.</summary>
    internal static int Port(int port, [CallerArgumentExpression(nameof(port))] string? name = null) =>
        port is >= IPEndPoint.MinPort and <= IPEndPoint.MaxPort
            ? port
            : throw new ArgumentOutOfRangeException(name, port, $"The port must be from {IPEndPoint.MinPort} to {IPEndPoint.MaxPort}.");

    /// <summary>Checks a port to connect to. Port 0 means "any port" for a listener, and is invalid for a connect.</summary>
    internal static int RemotePort(int port, [CallerArgumentExpression(nameof(port))] string? name = null) =>
        port is >= 1 and <= IPEndPoint.MaxPort
            ? port
            : throw new ArgumentOutOfRangeException(name, port, $"The port to connect to must be from 1 to {IPEndPoint.MaxPort}.");
}
