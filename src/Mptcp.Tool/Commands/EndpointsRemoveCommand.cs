using System.CommandLine;
using System.Globalization;
using System.Net;
using Mptcp.Netlink;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

sealed class EndpointsRemoveCommand : ToolCommand
{
    readonly Argument<string> _endpoint = new("ID|ADDRESS") { Description = "The id of the endpoint, or its address." };

    internal EndpointsRemoveCommand()
        : base("remove", "Remove an endpoint. The paths that use it are closed.") => Arguments.Add(_endpoint);

    protected override Task<int> RunAsync(Call call)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        MptcpEndpoint endpoint = Find(manager, call.Get(_endpoint));
        manager.RemoveEndpoint(endpoint.Id);
        if (call.Terminal.IsJson)
            EndpointsCommand.Show(call.Terminal, endpoint);
        else
            call.Terminal.Line($"Endpoint {endpoint.Id} ({Format.Cell(endpoint.Address)}) is removed.");

        return Task.FromResult(ExitCode.Done);
    }

    static MptcpEndpoint Find(MptcpPathManager manager, string text)
    {
        MptcpEndpoint[] found = byte.TryParse(text, CultureInfo.InvariantCulture, out byte id)
            ? [.. manager.GetEndpoints().Where(endpoint => endpoint.Id == id)]
            : ArgumentParser.TryAddress(text, out IPAddress? address)
                ? [.. manager.GetEndpoints().Where(endpoint => endpoint.Address.Equals(address))]
                : throw new ToolException(ExitCode.BadArguments, $"'{text}' is neither an id from 1 to 255 nor an IP address.");

        return found switch
        {
            [MptcpEndpoint endpoint] => endpoint,
            [] => throw new ToolException(ExitCode.Failed, $"There is no endpoint {text}. 'mptcp endpoints' lists them."),
            _ => throw new ToolException(ExitCode.BadArguments, $"Several endpoints have the address {text}. Give the id of one: {string.Join(", ", found.Select(endpoint => endpoint.Id))}."),
        };
    }
}
