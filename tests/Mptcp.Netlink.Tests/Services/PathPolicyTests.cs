using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Mptcp.Netlink.Policies;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>A custom policy on a host whose paths it controls.</summary>
public class PathPolicyTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_policy_receives_all_events_in_order_and_acts()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        IPAddress first = hosts.FirstLink.GetAddress(hosts.Client), second = hosts.SecondLink.GetAddress(hosts.Client);
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddMptcpPathPolicy<Witness>());
        Witness policy = UserspacePaths.Get<Witness>(running);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        uint token = connection.Client.GetMptcpInfo().Token;
        await policy.HeardAsync("established");
        MptcpPathConnection known = policy.Known.Single();
        known.Token.Should().Be(token);
        known.LocalEndPoint.Should().Be(connection.Client.LocalEndPoint);
        known.RemoteEndPoint.Should().Be(connection.Client.RemoteEndPoint);
        known.IsServerSide.Should().BeFalse();

        byte id = known.CreateSubflow(second, interfaceIndex: policy.Seen.Single(network => network.Name == hosts.SecondLink.Name).Index);
        await policy.HeardAsync($"subflow {id} {second}");
        MptcpConnectionSubflow subflow = known.Find()!.Subflows!.Single(subflow => subflow.LocalAddressId == id);
        subflow.LocalEndPoint.Address.Should().Be(second);

        known.SetBackup(subflow.LocalEndPoint, subflow.RemoteEndPoint, isBackup: true);
        known.Find()!.Subflows!.Single(subflow => subflow.LocalAddressId == id).IsBackup.Should().BeTrue();

        known.Announce(first).Should().NotBe(id);
        known.Announce(second).Should().Be(id, "an address has one id");
        await Eventually.TrueAsync(() => hosts.Server.Read("AddAddr") >= 1, "the announcement arrives");

        known.DestroySubflow(subflow.LocalEndPoint, subflow.RemoteEndPoint);
        await policy.HeardAsync($"closed {id}");
        await connection.ExchangeAsync(1000, 1000);

        connection.Client.Close();
        connection.Server.Close();
        await policy.HeardAsync("ended");
        policy.Known.Should().BeEmpty();
        policy.Heard.First().Should().Be("interfaces");
        policy.Heard.Where(what => what != "interfaces").Should().Equal("established", $"subflow {id} {second}", $"closed {id}", "ended"); // the interfaces settle with a delay
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_existing_connection_is_reported_and_exceptions_of_a_policy_are_logged()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        hosts.Server.UseUserspacePaths();
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        IPAddress second = hosts.SecondLink.GetAddress(hosts.Client);
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddMptcpPathPolicy<Broken>());
        Witness policy = UserspacePaths.Get<Broken>(running);
        await policy.HeardAsync("established");
        await Eventually.TrueAsync(() => running.HasLogged("PolicyFailed", "OnConnectionEstablishedAsync"), "its failure is logged");
        policy.Known.Single().IsServerSide.Should().BeFalse();

        await using RunningHost server = await RunningHost.StartAsync(hosts.Server, services => services.AddMptcpPathPolicy<Witness>());
        Witness there = UserspacePaths.Get<Witness>(server);
        await there.HeardAsync("established");
        there.Known.Single().IsServerSide.Should().BeTrue();

        byte id = policy.Known.Single().CreateSubflow(second);
        await policy.HeardAsync($"subflow {id} {second}");

        // The policy knows the announcements of the peer, and the kernel opens no subflow to them.
        IPAddress address = hosts.SecondLink.GetAddress(hosts.Server);
        byte announced = there.Known.Single().Announce(address);
        await policy.HeardAsync($"announced {announced} {address}");
        policy.Known.Single().AnnouncedEndPoints[announced].Address.Should().Be(address);
        there.Known.Single().Withdraw(announced);
        await policy.HeardAsync($"removed {announced}");
        policy.Known.Single().AnnouncedEndPoints.Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Changed_interfaces_are_reported()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddMptcpPathPolicy<Witness>());
        Witness policy = UserspacePaths.Get<Witness>(running);
        await policy.HeardAsync("interfaces");
        policy.Seen.Select(network => network.Name).Should().Equal(hosts.FirstLink.Name, hosts.SecondLink.Name);

        hosts.Client.Execute("ip", "link", "set", hosts.SecondLink.Name, "down");
        await Eventually.TrueAsync(() => policy.Seen.Count == 1, "the interface is gone");
        hosts.Client.Execute("ip", "link", "set", hosts.SecondLink.Name, "up");
        await Eventually.TrueAsync(() => policy.Seen.Count == 2, "the interface is there again");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_policy_knows_the_connections_after_a_loss_of_events()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        using PathKernel kernel = hosts.Client.Run(PathKernel.Open);
        var policy = new Witness();
        var logs = new CollectedLogs();
        var caller = new PolicyCaller(policy, kernel, logs, TimeProvider.System);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        MptcpUserspacePathManager manager = kernel.Manager;
        IPAddress second = hosts.SecondLink.GetAddress(hosts.Client);
        manager.CreateSubflow(connection.Client.GetMptcpInfo().Token, 1, second, (IPEndPoint)connection.Client.RemoteEndPoint!);
        await Eventually.TrueAsync(() => hosts.Server.Read("MPJoinAckRx") == 1, "the subflow joins");

        await caller.TakeAsync(new MptcpEventsLost(), CancellationToken.None);
        policy.Heard.Should().Equal("established", "lost");
        MptcpPathConnection known = policy.Known.Should().ContainSingle().Which;
        known.Token.Should().Be(connection.Client.GetMptcpInfo().Token);
        known.CreateSubflow(second).Should().Be(1, "the id of its address was learned");

        // Its event is read after the list, and contains facts that the list lacks.
        known.IsInitialAddressDenied.Should().BeFalse();
        await caller.TakeAsync(
            new MptcpConnectionEstablished(known.Token, known.LocalEndPoint, known.RemoteEndPoint) { IsServerSide = true, IsInitialAddressDenied = true }, CancellationToken.None);
        policy.Heard.Should().HaveCount(2);
        policy.Known.Should().Equal(known);
        known.IsServerSide.Should().BeTrue();
        known.IsInitialAddressDenied.Should().BeTrue();

        connection.Client.Close();
        connection.Server.Close();
        await Eventually.TrueAsync(() => kernel.Find(known.Token) is null, "the connection ends");
        await caller.TakeAsync(new MptcpEventsLost(), CancellationToken.None);
        policy.Heard.Should().Equal("established", "lost", "ended", "lost");
        policy.Known.Should().BeEmpty();
        logs.Entries.Should().OnlyContain(entry => entry.Name == "EventsLost");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_loss_of_events_is_reported_even_if_the_kernel_lists_connections_only_later()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        using PathKernel kernel = hosts.Client.Run(PathKernel.Open);
        var policy = new Witness();
        var clock = new StoppedClock();
        bool isRefusing = true;
        var caller = new PolicyCaller(policy, kernel, new CollectedLogs(), clock)
        {
            ListConnections = () => isRefusing ? throw new SocketException((int)SocketError.NoBufferSpaceAvailable) : kernel.List(),
        };
        using Connection connection = await hosts.ConnectAsync(joined: 0);

        await FluentActions.Awaiting(() => caller.TakeAsync(new MptcpEventsLost(), CancellationToken.None)).Should().ThrowAsync<SocketException>();
        policy.Heard.Should().BeEmpty("the connections are not known yet");
        policy.MeasurementRequests.Reader.TryRead(out _).Should().BeTrue("the kernel is asked again later");

        isRefusing = false;
        clock.Now += caller.Rest;
        await caller.MeasureAsync(CancellationToken.None);
        policy.Heard.Should().Equal("established", "lost", "measured");
        await caller.LookAsync(CancellationToken.None);
        policy.Heard.Should().HaveCount(3, "the policy is called once");
    }

    /// <summary>The program at one end has finished sending, and continues to receive.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_half_closed_connection_survives_a_loss_of_events_until_its_program_closes_it()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        using PathKernel kernel = hosts.Client.Run(PathKernel.Open), kernelThere = hosts.Server.Run(PathKernel.Open);
        Witness policy = new(), there = new();
        PolicyCaller caller = new(policy, kernel, new CollectedLogs(), TimeProvider.System), callerThere = new(there, kernelThere, new CollectedLogs(), TimeProvider.System);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        uint token = connection.Client.GetMptcpInfo().Token, tokenThere = connection.Server.GetMptcpInfo().Token;
        connection.Client.Shutdown(SocketShutdown.Send);
        await Eventually.TrueAsync(() => kernel.Find(token)?.State == TcpState.FinWait2 && kernelThere.Find(tokenThere)?.State == TcpState.CloseWait, "it is half closed");

        await LookAsync();
        (policy.Known.Length, there.Known.Length).Should().Be((1, 1));

        connection.Client.Close();
        await LookAsync();
        (policy.Known.Length, there.Known.Length).Should().Be((0, 1));

        async Task LookAsync()
        {
            await caller.TakeAsync(new MptcpEventsLost(), CancellationToken.None);
            await callerThere.TakeAsync(new MptcpEventsLost(), CancellationToken.None);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_callback_that_never_ends_does_not_prevent_the_stop_of_the_host()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        await using RunningHost running = await RunningHost.StartAsync(
            hosts.Client, services => services.AddMptcpPathPolicy<Deaf>().Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromMilliseconds(200)));
        Deaf policy = UserspacePaths.Get<Deaf>(running);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        await policy.HeardAsync("established");

        await running.StopAsync();
        policy.Known.Should().ContainSingle("the callback still runs");
        policy.End();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Without_the_userspace_path_manager_the_host_does_not_start_and_says_how()
    {
        using var one = new OneHost();
        Func<Task> start = () => RunningHost.StartAsync(one.Host, services => services.AddMptcpPathPolicy<Witness>());
        await start.Should().ThrowAsync<InvalidOperationException>().WithMessage("*path manager 'kernel'*sysctl -w net.mptcp.pm_type=1*");
    }

    [Fact]
    public void A_second_policy_is_refused()
    {
        var services = new ServiceCollection();
        services.AddMptcpPathPolicy<Witness>();
        Action second = () => services.AddMptcpPathPolicy<Broken>();
        second.Should().Throw<InvalidOperationException>().WithMessage("*Broken*Witness was added already*");
    }

    /// <summary>Ignores its cancellation token.</summary>
    sealed class Deaf : Witness
    {
        readonly TaskCompletionSource _end = new();

        internal void End() => _end.SetResult();

        public override async ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
        {
            await base.OnConnectionEstablishedAsync(connection, cancellationToken);
            await _end.Task;
        }
    }

    sealed class Broken : Witness
    {
        public override async ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
        {
            await base.OnConnectionEstablishedAsync(connection, cancellationToken);
            throw new TimeoutException("It does not answer.");
        }
    }
}
