using System.CommandLine;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Tool.Json;
using Mptcp.Tool.Live;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

/// <summary>Lists connections as <c>ss -M</c> does, with their subflows.</summary>
sealed class ConnectionsCommand : ToolCommand
{
    readonly Option<int> _port = PortOption("--port", "Only connections with this port, here or at the peer.");
    readonly Option<int> _localPort = PortOption("--local-port", "Only connections with this port here.");
    readonly Option<int> _remotePort = PortOption("--remote-port", "Only connections with this port at the peer.");
    readonly Option<IPAddress?> _peer = new("--peer") { Description = "Only connections to this address.", HelpName = "ADDRESS", CustomParser = ArgumentParser.Address };
    readonly Option<string?> _interface = new("--interface") { Description = "Only connections with a path over this interface.", HelpName = "NAME" };
    readonly Option<string?> _process = new("--process") { Description = "Only connections of this process.", HelpName = "NAME|PID" };
    readonly Option<TcpState[]> _state = new("--state") { Description = "Only connections in this state, such as established.", HelpName = "STATE", CustomParser = ArgumentParser.States };
    readonly Option<bool> _listening = new("--listening", "-l") { Description = "Only sockets that listen." };
    readonly Option<bool> _ipv4 = new("-4") { Description = "Only IPv4." };
    readonly Option<bool> _ipv6 = new("-6") { Description = "Only IPv6." };
    readonly Option<bool> _why = new("--why") { Description = "Say why connections have one path only." };
    readonly Option<bool> _watch = new("--watch", "-w") { Description = "Show them again each second, until Ctrl+C." };

    internal ConnectionsCommand()
        : base("connections", "List the MPTCP connections and their paths. Needs no privilege.")
    {
        foreach (Option option in (Option[])[_port, _localPort, _remotePort, _peer, _interface, _process, _state, _listening, _ipv4, _ipv6, _why, _watch])
            Options.Add(option);
    }

    protected override Task<int> RunAsync(Call call)
    {
        Require.Mptcp();
        if (call.Get(_interface) is { } name && !InterfaceNames.Read().Contains(name))
            throw new ToolException(ExitCode.BadArguments, $"There is no network interface '{name}'. 'ip link' prints their names.");

        return call.Get(_watch) ? WatchAsync(call) : Task.FromResult(List(call));
    }

    int List(Call call)
    {
        using MptcpConnectionReader reader = MptcpConnectionReader.Open();
        call.Terminal.Lines(Read(call, reader, call.Terminal.Width));
        return ExitCode.Done;
    }

    async Task<int> WatchAsync(Call call)
    {
        using MptcpConnectionReader reader = MptcpConnectionReader.Open();
        return await Watch.RunAsync(call, width => Read(call, reader, width));
    }

    IEnumerable<string> Read(Call call, MptcpConnectionReader reader, int width)
    {
        InterfaceNames interfaces = InterfaceNames.Read();
        IReadOnlyList<MptcpConnection> connections = reader.List(Filter(call));
        IReadOnlyDictionary<long, MptcpSocketOwner> owners = MptcpSocketOwner.Find(connections.Select(connection => connection.Inode));
        MptcpConnection[] shown = [.. connections.Where(connection => IsShown(call, connection, owners.GetValueOrDefault(connection.Inode), interfaces)).OrderBy(connection => connection.Token)];
        MptcpHostSnapshot? host = call.Get(_why) ? MptcpHostSnapshot.Take() : null;
        MptcpFinding?[] onePath = [.. shown.Select(connection => host is null ? null : OnePath.Explain(host, connection))];
        if (!call.Terminal.IsJson)
            return ConnectionList.Lines(shown, owners, interfaces, width).Concat(OnePathList.Lines(onePath.OfType<MptcpFinding>(), width));

        foreach ((int i, MptcpConnection connection) in shown.Index())
            call.Terminal.Object(ConnectionLine.Of(connection, owners.GetValueOrDefault(connection.Inode), interfaces, onePath[i]), ToolJson.Default.ConnectionLine);

        return [];
    }

    MptcpConnectionFilter Filter(Call call) => new()
    {
        LocalPort = call.Get(_localPort),
        RemotePort = call.Get(_remotePort),
        States = call.Get(_listening) ? [TcpState.Listen] : call.Get(_state) is { Length: > 0 } states ? states : null,
        IncludeSubflows = true,
    };

    /// <summary>Applies the filters that the kernel does not have. The family is that of the addresses, not that of the socket.</summary>
    bool IsShown(Call call, MptcpConnection connection, MptcpSocketOwner? owner, InterfaceNames interfaces)
    {
        IPEndPoint local = connection.LocalEndPoint, remote = connection.RemoteEndPoint;
        bool isIPv4 = local.AddressFamily == AddressFamily.InterNetwork;
        return (call.Get(_port) is var port && (port == 0 || local.Port == port || remote.Port == port))
            && (call.Get(_peer) is not { } peer || remote.Address.Equals(peer))
            && (call.Get(_process) is not { } process || owner?.Name == process || $"{owner?.ProcessId}" == process)
            && (call.Get(_interface) is not { } name || connection.Subflows?.Any(subflow => interfaces.Of(subflow) == name) == true)
            && (call.Get(_ipv4) == call.Get(_ipv6) || isIPv4 == call.Get(_ipv4));
    }

    static Option<int> PortOption(string name, string description) => new(name) { Description = description, HelpName = "PORT", CustomParser = ArgumentParser.Port };
}
