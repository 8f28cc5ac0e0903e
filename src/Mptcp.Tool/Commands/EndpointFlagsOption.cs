using System.CommandLine;
using Mptcp.Netlink;

namespace Mptcp.Tool.Commands;

static class EndpointFlagsOption
{
    internal const string Name = "--flags";

    internal static Option<MptcpEndpointFlags> Create(string remark) => new(Name)
    {
        Description = $"subflow, signal, backup, fullmesh or laminar, with commas between them. {remark}",
        HelpName = "FLAGS",
        CustomParser = ArgumentParser.Flags,
    };
}
