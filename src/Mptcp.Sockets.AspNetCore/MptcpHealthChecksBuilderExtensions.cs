using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore;
using Mptcp.Sockets.AspNetCore.Health;
using Mptcp.Sockets.AspNetCore.Transport;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a health check for MPTCP.</summary>
public static class MptcpHealthChecksBuilderExtensions
{
    /// <summary>
    /// Adds a health check that reports whether this system supports MPTCP at the time of the check.
    /// </summary>
    /// <remarks>
    /// The check is healthy if the system supports MPTCP, or if <paramref name="mode"/> is <see cref="MptcpMode.Disabled"/>. Otherwise it
    /// is unhealthy with <see cref="MptcpMode.Required"/> and degraded with <see cref="MptcpMode.Preferred"/>, and its description
    /// contains the reason and the remedy.
    /// </remarks>
    /// <param name="builder">The health checks to add to.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="mode">The mode that the application uses. The default is <see cref="MptcpMode.Preferred"/>.</param>
    /// <param name="failureStatus">
    /// The status to report on a system without MPTCP, or <see langword="null"/> for the status that follows from <paramref name="mode"/>.
    /// </param>
    /// <param name="tags">Tags for filtering checks, or <see langword="null"/> for none.</param>
    /// <param name="timeout">
    /// The longest time that the check may take, or <see langword="null"/> for no limit. The check makes a few system calls.
    /// </param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="name"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    /// <example><code>builder.Services.AddHealthChecks().AddMptcp();</code></example>
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
        HealthStatus status = failureStatus ?? (MptcpTransportOptions.Validate(mode) == MptcpMode.Required ? HealthStatus.Unhealthy : HealthStatus.Degraded);
        UnreadKeys.WarnAtStart(builder.Services);
        return builder.Add(new HealthCheckRegistration(name, new MptcpHealthCheck(mode), status, tags, timeout));
    }
}
