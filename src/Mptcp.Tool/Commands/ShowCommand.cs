using System.CommandLine;
using System.CommandLine.Completions;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

sealed class ShowCommand : ToolCommand
{
    readonly Argument<uint> _token = new("TOKEN") { Description = "The token of the connection, as 'mptcp connections' prints it.", CustomParser = ArgumentParser.Token };

    internal ShowCommand()
        : base("show", "Show one connection: what the kernel knows about it and each of its paths, and why it has one path only.")
    {
        _token.CompletionSources.Add(_ => MptcpConnections.List().Select(connection => new CompletionItem(Format.Token(connection.Token))));
        Arguments.Add(_token);
    }

    protected override Task<int> RunAsync(Call call)
    {
        Require.Mptcp();
        uint token = call.Get(_token);
        MptcpConnection connection = MptcpConnections.Find(token)
            ?? throw new ToolException(ExitCode.Failed, $"There is no connection {Format.Token(token)}. 'mptcp connections' lists all connections of this network namespace.");
        InterfaceNames interfaces = InterfaceNames.Read();
        MptcpSocketOwner? owner = MptcpSocketOwner.Find([connection.Inode]).GetValueOrDefault(connection.Inode);
        MptcpFinding? onePath = OnePath.Explain(MptcpHostSnapshot.Take(), connection);
        if (call.Terminal.IsJson)
            call.Terminal.Object(ConnectionLine.Of(connection, owner, interfaces, onePath), ToolJson.Default.ConnectionLine);
        else
            call.Terminal.Lines(ConnectionPage.Lines(connection, owner, interfaces, onePath, call.Terminal.Width));

        return Task.FromResult(ExitCode.Done);
    }
}
