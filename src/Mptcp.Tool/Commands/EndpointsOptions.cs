using System.CommandLine;
using Mptcp.Netlink;

namespace Mptcp.Tool.Commands;

/// <summary>The options of <c>plan</c> and <c>follow</c>, which are those of <see cref="MptcpEndpointsOptions"/>.</summary>
sealed class EndpointsOptions
{
    readonly Option<string[]> _allow = Names("--allow", "Only interfaces with this name. It may end with *. Can be repeated.");
    readonly Option<string[]> _deny = Names("--deny", "No interface with this name. Can be repeated.");
    readonly Option<string[]> _metered = Names("--metered", "Use interfaces with this name as backup only. Can be repeated.");
    readonly Option<MptcpEndpointFlags> _flags = EndpointFlagsOption.Create("The default is subflow.");
    readonly Option<int?> _accept = new("--accept") { Description = "To how many announced addresses paths are opened. The default is 0: the limit stays.", HelpName = "NUMBER", CustomParser = ArgumentParser.Limit };
    readonly Option<bool> _keepLimits = new("--keep-limits") { Description = "Do not raise the kernel's limits." };
    readonly Option<bool> _withoutRoute = new("--without-default-route") { Description = "Use interfaces without a default route, too." };
    readonly Option<bool> _heal = new("--heal") { Description = "Open lost paths again." };
    readonly Option<bool> _keep = new("--keep") { Description = "Do not remove the endpoints at the end." };

    internal void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_allow, _deny, _metered, _flags, _accept, _keepLimits, _withoutRoute, _heal, _keep])
            command.Options.Add(option);
    }

    internal void Apply(Call call, MptcpEndpointsOptions options)
    {
        foreach (string name in call.Get(_allow) ?? [])
            options.Interfaces.Allow.Add(name);

        foreach (string name in call.Get(_deny) ?? [])
            options.Interfaces.Deny.Add(name);

        foreach (string name in call.Get(_metered) ?? [])
            options.Interfaces.Metered.Add(name);

        if (call.Has(_flags))
            options.Flags = call.Get(_flags);

        options.AcceptedAddresses = call.Get(_accept) ?? 0;
        options.RaiseLimits = !call.Get(_keepLimits);
        options.AlsoWithoutDefaultRoute = call.Get(_withoutRoute);
        options.Heal = call.Get(_heal);
        options.RemoveOnStop = !call.Get(_keep);
    }

    static Option<string[]> Names(string name, string description) => new(name) { Description = description, HelpName = "INTERFACE" };
}
