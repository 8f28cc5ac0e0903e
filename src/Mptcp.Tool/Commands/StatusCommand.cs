using Mptcp.Netlink;
using Mptcp.Sockets;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

sealed class StatusCommand() : ToolCommand("status", "Show the host on one screen: kernel, path manager, limits, endpoints, connections, findings. The default.")
{
    protected override Task<int> RunAsync(Call call) => Task.FromResult(Show(call));

    internal static int Show(Call call)
    {
        MptcpHostSnapshot host = MptcpHostSnapshot.Take();
        IReadOnlyList<MptcpFinding> findings = MptcpDoctor.Examine(host);
        if (call.Terminal.IsJson)
            call.Terminal.Object(StatusLine.Of(host, findings), ToolJson.Default.StatusLine);
        else
            call.Terminal.Lines(StatusPage.Lines(host, findings, call.Terminal.Width));

        return host.UnavailableReason == MptcpUnavailableReason.None ? ExitCode.Done : ExitCode.NoMptcpHere;
    }
}
