using System.CommandLine;
using Mptcp.Netlink;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

sealed class CheckCommand : ToolCommand
{
    readonly Argument<PeerAddress?> _peer = new("HOST:PORT|URL") { Description = "The peer. Without a port, 443.", CustomParser = ArgumentParser.Peer };

    internal CheckCommand()
        : base("check", "Try handshakes with a peer, with TCP and MPTCP, over each interface.") => Arguments.Add(_peer);

    protected override async Task<int> RunAsync(Call call)
    {
        PeerAddress peer = call.Get(_peer)!;
        MptcpProbeResult result = await MptcpProbe.CheckAsync(peer.Host, peer.Port, cancellationToken: call.Interruption);
        if (call.Terminal.IsJson)
            call.Terminal.Object(ProbeLine.Of(result), ToolJson.Default.ProbeLine);
        else
            call.Terminal.Lines(ProbePage.Lines(result, call.Terminal.Width));

        return result.Mptcp.Outcome switch
        {
            MptcpProbeOutcome.Succeeded => ExitCode.Done,
            MptcpProbeOutcome.NotSupported => ExitCode.NoMptcpHere,
            MptcpProbeOutcome.PeerWithoutMptcp => ExitCode.PeerWithoutMptcp,
            _ => ExitCode.Failed,
        };
    }
}
