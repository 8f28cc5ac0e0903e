using Microsoft.Extensions.DependencyInjection;
using Mptcp.Lab;
using Mptcp.Netlink.Endpoints;
using Mptcp.Netlink.PathManager;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;
using static Mptcp.Netlink.MptcpEndpointFlags;
using static Mptcp.Netlink.Tests.Support.EndpointsOf;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>
/// A kernel ignores a flag that it does not know, so the service asks before it starts. The expected answer depends on the kernel.
/// </summary>
public class EndpointsStartCheckTests
{
    [Theory]
    [InlineData(Subflow, Subflow, "6.1", null)]
    [InlineData(Subflow | Laminar, Subflow | Laminar, "6.18", null)]
    [InlineData(Subflow | Laminar, Subflow, "6.12.117", "this kernel (6.12.117) ignores the flag Laminar. Leave the flag out, or run Linux 6.18 or later.")]
    [InlineData(Subflow | FullMesh, Subflow, "5.10", "this kernel (5.10) ignores the flag FullMesh. Leave the flag out, or run Linux 5.15 or later.")]
    [InlineData(FullMesh | Laminar, None, "5.10", "this kernel (5.10) ignores the flag FullMesh, Laminar. Leave the flag out, or run Linux 6.18 or later.")]
    [InlineData(Backup, None, "5.10", "this kernel (5.10) ignores the flag Backup. Leave the flag out.")]
    public void An_ignored_flag_is_named_with_the_kernel_that_knows_it(MptcpEndpointFlags asked, MptcpEndpointFlags kept, string kernel, string? problem) =>
        IgnoredFlags.Find(asked, kept, Version.Parse(kernel)).Should().Be(problem);

    [Fact]
    public void Only_recent_flags_are_probed_without_a_role_and_each_once()
    {
        var options = new MptcpEndpointsOptions { Flags = Signal | Laminar };
        options.Rules.Add(new MptcpEndpointRule { Match = "a", Flags = Subflow | FullMesh });
        options.Rules.Add(new MptcpEndpointRule { Match = "b", Flags = Subflow | Laminar });
        options.Rules.Add(new MptcpEndpointRule { Match = "c", Flags = Subflow | Backup });
        EndpointsStartCheck.FindProbed(options).Should().Equal(Laminar, FullMesh);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(Subflow | FullMesh, "5.15")]
    [InlineData(Subflow | Laminar, "6.18")]
    [InlineData(Signal | Laminar, "6.18")]
    public async Task A_host_starts_if_the_kernel_knows_the_flags_and_else_names_the_flag_and_changes_nothing(MptcpEndpointFlags flags, string first)
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "link set eth0 up", "address add 10.1.0.1/24 dev eth0", "route add default via 10.1.0.254", "mptcp endpoint add 10.9.9.9 id 40 signal");
        Func<Task<RunningHost>> start = () => RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(o => o.Flags = flags));
        if (MptcpCapabilities.Probe().KernelVersion >= Version.Parse(first))
        {
            await using RunningHost running = await start();
            host.Run(MptcpHostSnapshot.Take).Endpoints!.Select(endpoint => (endpoint.Address.ToString(), endpoint.Flags))
                .Should().BeEquivalentTo([("10.9.9.9", Signal), ("10.1.0.1", flags)]);
        }
        else
        {
            (await start.Should().ThrowAsync<MptcpNotSupportedException>()).WithMessage($"*ignores the flag {flags & ~(Subflow | Signal)}.*run Linux {first} or later.")
                .Which.Reason.Should().Be(MptcpUnavailableReason.KernelTooOld);
            ListEndpoints(host).Should().Equal("10.9.9.9 - signal");
        }
    }

    /// <summary>
    /// A probe with a role would have each connection of the host dial or announce an address that the host does not have.
    /// </summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task The_check_disturbs_no_connection()
    {
        using var hosts = new TwoHosts(null, null);
        hosts.Server.SetLimits(8, 8);
        hosts.Client.SetLimits(8, 8);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        await using (RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddMptcpEndpoints(o =>
        {
            o.Interfaces.Allow.Add("none");
            o.Flags = Subflow | FullMesh;
        })))
        {
            await connection.ExchangeAsync(1000, 1000);
        }

        hosts.Client.Read("MPJoinSynTx").Should().Be(0);
        hosts.Client.Read("MPJoinSynTxBindErr").Should().Be(0);
        hosts.Server.Read("AddAddr").Should().Be(0);
    }
}
