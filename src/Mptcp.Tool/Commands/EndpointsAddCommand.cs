using System.CommandLine;
using System.Net;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Tool.Commands;

sealed class EndpointsAddCommand : ToolCommand
{
    readonly Argument<IPAddress?> _address = new("ADDRESS") { Description = "An address of this host.", CustomParser = ArgumentParser.Address };
    readonly Option<string?> _device = new("--dev") { Description = "The interface that its paths use. Without it, the routing table decides.", HelpName = "INTERFACE" };
    readonly Option<MptcpEndpointFlags> _flags = EndpointFlagsOption.Create("The default is subflow.");
    readonly Option<int> _port = new("--port") { Description = "The port to announce, with signal only.", HelpName = "PORT", CustomParser = ArgumentParser.Port };
    readonly Option<byte> _id = new("--id") { Description = "The id. By default, the kernel chooses.", HelpName = "ID", CustomParser = ArgumentParser.EndpointId };

    internal EndpointsAddCommand()
        : base("add", "Add an endpoint. Connections that exist use it at once.")
    {
        Arguments.Add(_address);
        foreach (Option option in (Option[])[_device, _flags, _port, _id])
            Options.Add(option);
    }

    protected override Task<int> RunAsync(Call call)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        var wanted = new MptcpEndpoint(call.Get(_address)!, call.Has(_flags) ? call.Get(_flags) : MptcpEndpointFlags.Subflow)
        {
            InterfaceName = call.Get(_device),
            Port = call.Get(_port),
            Id = call.Get(_id),
        };
        EndpointsCommand.Show(call.Terminal, manager.AddEndpoint(wanted));

        // As 'ip mptcp' does, it takes an address that may come later.
        if (InterfaceNames.Read().Of(wanted.Address) is null)
            Console.Error.WriteLine($"Warning: no interface has the address {wanted.Address}. The kernel opens no path from it until one has.");

        return Task.FromResult(ExitCode.Done);
    }
}
