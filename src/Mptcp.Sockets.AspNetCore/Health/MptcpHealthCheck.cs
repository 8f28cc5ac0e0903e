using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Mptcp.Sockets.AspNetCore.Health;

/// <summary>Reports the result of <see cref="MptcpCapabilities.Probe"/> as a health check.</summary>
sealed class MptcpHealthCheck(MptcpMode mode) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        MptcpCapabilities capabilities = MptcpCapabilities.Probe();
        HealthStatus status = capabilities.IsSupported || mode == MptcpMode.Disabled ? HealthStatus.Healthy : context.Registration.FailureStatus;
        return Task.FromResult(new HealthCheckResult(status, capabilities.Explanation, data: Data(capabilities)));
    }

    static Dictionary<string, object> Data(MptcpCapabilities capabilities)
    {
        var data = new Dictionary<string, object>
        {
            [nameof(capabilities.IsSupported)] = capabilities.IsSupported,
            [nameof(capabilities.UnavailableReason)] = capabilities.UnavailableReason.ToString(),
            [nameof(capabilities.SupportsIPv4)] = capabilities.SupportsIPv4,
            [nameof(capabilities.SupportsIPv6)] = capabilities.SupportsIPv6,
        };
        AddKnown(nameof(capabilities.KernelVersion), capabilities.KernelVersion?.ToString());
        AddKnown(nameof(capabilities.PathManager), capabilities.PathManager);
        AddKnown(nameof(capabilities.Scheduler), capabilities.Scheduler);
        return data;

        void AddKnown(string name, string? value)
        {
            if (value is not null)
                data[name] = value;
        }
    }
}
