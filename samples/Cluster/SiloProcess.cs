using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Mptcp.Lab;
using Mptcp.Sockets;

namespace Cluster;

/// <summary>A silo in a process of its own, on a host. The process ends with the network.</summary>
sealed class SiloProcess
{
    readonly Process _process;

    internal SiloProcess(LabHost host, IPAddress address, IPAddress primary, MptcpMode mode) =>
        _process = host.Start(new ProcessStartInfo("dotnet", [typeof(SiloProcess).Assembly.Location, "silo", $"{address}", $"{primary}", $"{mode}"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        });

    internal Task WaitUntilReadyAsync() => ReadLineAsync();

    internal async Task<Report> ReportAsync()
    {
        await _process.StandardInput.WriteLineAsync();
        return JsonSerializer.Deserialize<Report>(await ReadLineAsync())!;
    }

    async Task<string> ReadLineAsync() => await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("A silo has ended.");
}
