using System.Globalization;
using System.Text;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore;

namespace WebServer;

/// <summary>Describes a request and the health of the system, for people.</summary>
static class Report
{
    internal static string About(HttpContext context)
    {
        var report = new StringBuilder();
        report.Append(CultureInfo.InvariantCulture, $"{context.Request.Protocol} over {context.GetMptcpState()}: {context.ExplainMptcp()}\n");
        if (!context.TryGetMptcpInfo(out MptcpInfo info))
            return report.ToString();

        report.Append(CultureInfo.InvariantCulture, $"token {info.Token:x8}\n");
        foreach (MptcpSubflow subflow in context.GetMptcpSubflows())
            report.Append(CultureInfo.InvariantCulture, $"subflow {subflow.LocalEndPoint} - {subflow.RemoteEndPoint}  rtt {subflow.SmoothedRtt?.TotalMilliseconds:0.0} ms\n");

        return report.ToString();
    }

    internal static Task WriteHealthAsync(HttpContext context, HealthReport health) =>
        context.Response.WriteAsync(string.Concat(health.Entries.Select(entry => $"{entry.Key}: {entry.Value.Status}. {entry.Value.Description}\n")));
}
