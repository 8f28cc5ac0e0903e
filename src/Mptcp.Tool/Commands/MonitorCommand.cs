using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

sealed class MonitorCommand() : ToolCommand("monitor", "Print events of all connections as they happen, until Ctrl+C. Needs CAP_NET_ADMIN.")
{
    protected override async Task<int> RunAsync(Call call)
    {
        await using MptcpEventMonitor monitor = MptcpEventMonitor.Open();
        InterfaceNames interfaces = InterfaceNames.Read();
        if (!call.Terminal.IsJson)
            call.Terminal.Line("[grey]Waiting for events. Ctrl+C ends it.[/]");

        call.Terminal.Flush();

        await foreach (MptcpEvent what in monitor.ReadAllAsync(call.Interruption))
        {
            if (what is MptcpSubflowEvent path && interfaces.Of(path) is null)
                interfaces = InterfaceNames.Read(); // an interface that is new

            if (call.Terminal.IsJson)
                call.Terminal.Object(EventLine.Of(what, interfaces), ToolJson.Default.EventLine);
            else
                call.Terminal.Line(EventRow.Of(what, interfaces));

            call.Terminal.Flush();
        }

        return ExitCode.Done;
    }
}
