using System.CommandLine;
using Mptcp.Netlink;

namespace Mptcp.Tool.Commands;

sealed class EndpointsSetCommand : ToolCommand
{
    readonly Argument<byte> _id = new("ID") { Description = "The id of the endpoint.", CustomParser = ArgumentParser.EndpointId };
    readonly Option<MptcpEndpointFlags> _flags = EndpointFlagsOption.Create("The kernel can change backup and fullmesh. Name all flags that the endpoint should have.");

    internal EndpointsSetCommand()
        : base("set", "Change the flags of an endpoint, for connections that exist, too.")
    {
        _flags.Required = true;
        Arguments.Add(_id);
        Options.Add(_flags);
    }

    protected override Task<int> RunAsync(Call call)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        EndpointsCommand.Show(call.Terminal, manager.SetEndpointFlags(call.Get(_id), call.Get(_flags)));
        return Task.FromResult(ExitCode.Done);
    }
}
