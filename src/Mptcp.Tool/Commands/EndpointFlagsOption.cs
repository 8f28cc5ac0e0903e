using System.CommandLine;
using Mptcp.Netlink;

namespace Mptcp.Tool.Commands;

static class EndpointFlagsOption
{
    internal static Option<MptcpEndpointFlags> Create(string remark) => new("--flags")
    {
        Description = $"subflow, signal, backup, fullmesh or laminar, with commas between them. {remark}",
        HelpName = "FLAGS",
        CustomParser = ArgumentParser.Flags,
    };
}
