using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore;
using Mptcp.Sockets.AspNetCore.Health;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Multipath TCP as a health check.</summary>
public static class MptcpHealthChecksBuilderExtensions
{
    /// <summary>
    /// Checks whether this system has Multipath TCP at that moment: healthy if it has, with what it has as data, and otherwise with the reason and the remedy as description, unhealthy if it is
    /// required, degraded if it is preferred. If it is disabled, always healthy.
    /// </summary>
    /// <param name="builder">The health checks.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="mode">What the application wants.</param>
    /// <param name="failureStatus">What to report without Multipath TCP; null for what the mode says.</param>
    /// <param name="tags">For filtering checks; null for none.</param>
    /// <param name="timeout">How long the check may take; null for no limit. It takes some system calls.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not one of <see cref="MptcpMode"/>.</exception>
    public static IHealthChecksBuilder AddMptcp(
        this IHealthChecksBuilder builder,
        string name = "mptcp",
        MptcpMode mode = MptcpMode.Preferred,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null,
        TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        HealthStatus status = failureStatus ?? (MptcpTransportOptions.Defined(mode) == MptcpMode.Required ? HealthStatus.Unhealthy : HealthStatus.Degraded);
        return builder.Add(new HealthCheckRegistration(name, new MptcpHealthCheck(mode), status, tags, timeout));
    }
}
