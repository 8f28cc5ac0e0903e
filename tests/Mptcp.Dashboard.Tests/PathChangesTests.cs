using System.Net;
using Mptcp.Dashboard.Changes;
using Mptcp.Netlink;

namespace Mptcp.Dashboard.Tests;

public class PathChangesTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_that_is_gone_changes_no_endpoint_and_one_that_the_kernel_manages_does()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        uint token = connection.Client.GetMptcpInfo().Token;
        IPAddress address = hosts.SecondLink.GetAddress(hosts.Client);
        (IPEndPoint Local, IPEndPoint Remote) path = hosts.Client.Run(() => MptcpConnections.Find(token)!.Subflows!
            .Select(one => (one.LocalEndPoint, one.RemoteEndPoint)).Single(one => one.LocalEndPoint.Address.Equals(address)));
        (IPEndPoint, IPEndPoint) gone = (new IPEndPoint(address, path.Local.Port ^ 1), path.Remote);

        foreach (Action change in (Action[])[() => PathChanges.SetBackup(token, gone, isBackup: true), () => PathChanges.SetBackup(token ^ 1, path, isBackup: true), () => PathChanges.Close(token, gone)])
            FluentActions.Invoking(() => hosts.Client.Run(change)).Should().Throw<FormatException>().WithMessage("This path is gone.");

        IsBackup().Should().BeFalse();

        hosts.Client.Run(() => PathChanges.SetBackup(token, path, isBackup: true)).Should().Contain("a backup now, for all connections");
        IsBackup().Should().BeTrue();

        bool IsBackup() => hosts.Client.Run(() =>
        {
            using MptcpPathManager manager = MptcpPathManager.Open();
            return manager.GetEndpoints().Single(endpoint => endpoint.Address.Equals(address)).Flags.HasFlag(MptcpEndpointFlags.Backup);
        });
    }

    [Theory]
    [InlineData("backup")]
    [InlineData("regular")]
    public void The_question_says_that_all_connections_may_be_affected(string kind)
    {
        var fields = new Dictionary<string, string> { ["do"] = kind, ["token"] = "1", ["local"] = "10.0.0.1:1", ["remote"] = "10.0.0.2:2" };

        Change.Parse(name => fields[name]).Question.Should().Contain("its endpoint changes, for all connections.");
    }
}
