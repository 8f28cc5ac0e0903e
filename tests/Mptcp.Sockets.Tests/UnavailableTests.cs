using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Systems without MPTCP: by the sysctl in a namespace, by seccomp, and by the kill switch in a separate process.</summary>
public class UnavailableTests
{
    const int EPERM = 1, EACCES = 13, EINVAL = 22, EMFILE = 24, ENOPROTOOPT = 92, EPROTONOSUPPORT = 93, EAFNOSUPPORT = 97;
    const int MptcpProtocol = 262;

    [Theory]
    [InlineData(EINVAL, MptcpUnavailableReason.KernelTooOld)]
    [InlineData(EPROTONOSUPPORT, MptcpUnavailableReason.NotCompiled)]
    [InlineData(ENOPROTOOPT, MptcpUnavailableReason.DisabledBySysctl)]
    [InlineData(EPERM, MptcpUnavailableReason.BlockedByPolicy)]
    [InlineData(EACCES, MptcpUnavailableReason.BlockedByPolicy)]
    public void An_errno_becomes_a_reason(int errno, MptcpUnavailableReason reason)
    {
        Refusal.FromErrno(errno, AddressFamily.InterNetwork)!.Value.Reason.Should().Be(reason);
    }

    [Theory]
    [InlineData(EMFILE)]
    [InlineData(EAFNOSUPPORT)]
    [InlineData(0)]
    public void Another_errno_says_nothing_about_MPTCP(int errno)
    {
        Refusal.FromErrno(errno, AddressFamily.InterNetwork).Should().BeNull();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(EINVAL, MptcpUnavailableReason.KernelTooOld, "Linux 5.6")]
    [InlineData(EPROTONOSUPPORT, MptcpUnavailableReason.NotCompiled, "CONFIG_MPTCP=y")]
    [InlineData(ENOPROTOOPT, MptcpUnavailableReason.DisabledBySysctl, "sysctl -w net.mptcp.enabled=1")]
    [InlineData(EPERM, MptcpUnavailableReason.BlockedByPolicy, "seccomp profile")]
    [InlineData(EACCES, MptcpUnavailableReason.BlockedByPolicy, "seccomp profile")]
    public async Task A_refusal_by_the_system_leads_to_TCP_or_names_the_remedy(int errno, MptcpUnavailableReason reason, string remedy)
    {
        Needs.Mptcp();

        Child.Result preferred = await Witness.RunRefusedAsync(MptcpProtocol, errno, "create", nameof(MptcpMode.Preferred));
        Child.Result required = await Witness.RunRefusedAsync(MptcpProtocol, errno, "create", nameof(MptcpMode.Required));
        Child.Result capabilities = await Witness.RunRefusedAsync(MptcpProtocol, errno, "capabilities");

        Lines(preferred).Should().Equal("Tcp", "Tcp", "supported: False");
        Lines(required).Take(2).Should().OnlyContain(line => line.StartsWith($"{nameof(MptcpNotSupportedException)} {reason} ") && line.Contains(remedy));
        capabilities.ShouldSucceed().Output.Should().StartWith($"Multipath TCP: not available ({reason})").And.Contain(remedy);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(nameof(MptcpMode.Preferred))]
    [InlineData(nameof(MptcpMode.Required))]
    public async Task A_lack_of_descriptors_throws_and_does_not_lead_to_TCP(string mode)
    {
        Needs.Mptcp();

        Child.Result result = await Witness.RunRefusedAsync(MptcpProtocol, EMFILE, "create", mode);

        Lines(result).Take(2).Should().Equal($"{nameof(SocketException)} {SocketError.TooManyOpenSockets}", $"{nameof(SocketException)} {SocketError.TooManyOpenSockets}");
    }

    [Fact]
    public void A_host_with_MPTCP_disabled_uses_TCP_and_explains_why()
    {
        OneHost.Run(
            host =>
            {
                MptcpSocket.IsSupported.Should().BeFalse();
                MptcpCapabilities capabilities = MptcpCapabilities.Probe();
                capabilities.IsSupported.Should().BeFalse();
                capabilities.UnavailableReason.Should().Be(MptcpUnavailableReason.DisabledBySysctl);
                capabilities.ToString().Should().Contain("sysctl -w net.mptcp.enabled=1");

                using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
                using var tcpListener = new MptcpTcpListener(IPAddress.Loopback, 0);
                tcpListener.Start();
                using Socket client = MptcpSocket.Connect(tcpListener.LocalEndpoint);
                using var tcpClient = new MptcpTcpClient("localhost", listener.Port());
                using Socket unused = MptcpSocket.Create();
                using var plain = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                foreach (Socket socket in new[] { listener, tcpListener.Server, client, tcpClient.Client, unused })
                    socket.GetMptcpState().Should().Be(MptcpState.Tcp);
                MptcpSocket.TryUpgrade(plain).Should().BeFalse();

                foreach (Action required in new Action[]
                {
                    () => MptcpSocket.Create(MptcpMode.Required),
                    () => MptcpSocket.Create(AddressFamily.InterNetworkV6, MptcpMode.Required),
                    () => MptcpSocket.CreateBoundListenSocket(Peers.AnyPort(AddressFamily.InterNetwork), MptcpMode.Required),
                    () => MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { Mode = MptcpMode.Required }),
                    () => MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Required }),
                    () => MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions { RequireMptcpPeer = true }),
                    () => new MptcpTcpListener(IPAddress.Loopback, 0, MptcpMode.Required),
                    () => new MptcpTcpClient(MptcpMode.Required),
                })
                {
                    MptcpNotSupportedException error = required.Should().Throw<MptcpNotSupportedException>().Which;
                    error.Reason.Should().Be(MptcpUnavailableReason.DisabledBySysctl);
                    error.Message.Should().Contain("sysctl -w net.mptcp.enabled=1");
                    error.SocketErrorCode.Should().Be(SocketError.ProtocolNotSupported);
                }
            },
            mptcpEnabled: false);
    }

    [Fact]
    public void The_sysctl_is_read_each_time()
    {
        OneHost.Run(
            host =>
            {
                using var listener = new MptcpTcpListener(IPAddress.Loopback, 0);
                MptcpSocket.IsSupported.Should().BeFalse();

                host.SetSysctl("net.mptcp.enabled", "1");
                MptcpSocket.IsSupported.Should().BeTrue();
                listener.Start();
                listener.Server.GetMptcpState().Should().Be(MptcpState.Mptcp, "it was made before, and started after");

                host.SetSysctl("net.mptcp.enabled", "0");
                MptcpSocket.IsSupported.Should().BeFalse();
            },
            mptcpEnabled: false);
    }

    [Fact]
    public void A_client_on_a_system_that_lost_MPTCP_continues_with_TCP()
    {
        OneHost.Run(host =>
        {
            using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
            using var client = new MptcpTcpClient();
            host.SetSysctl("net.mptcp.enabled", "0");

            client.Connect([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], listener.Port());

            client.State.Should().Be(MptcpState.Tcp);
        });
    }

    [Fact]
    public void A_client_that_got_no_socket_after_a_failure_reports_it_at_the_next_connect_and_recovers()
    {
        OneHost.Run(host =>
        {
            using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
            using var client = new MptcpTcpClient(MptcpMode.Required) { NoDelay = true };
            host.SetSysctl("net.mptcp.enabled", "0");

            client.Invoking(c => c.Connect(Peers.Refusing())).Should().Throw<MptcpConnectException>();
            client.Invoking(c => c.Connect(listener.EndPoint())).Should().Throw<MptcpNotSupportedException>();
            host.SetSysctl("net.mptcp.enabled", "1");
            client.Connect(listener.EndPoint());

            client.State.Should().Be(MptcpState.Mptcp);
            client.NoDelay.Should().BeTrue();
        });
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("1")]
    [InlineData("true")]
    public async Task The_environment_variable_disables_MPTCP(string value)
    {
        var environment = new Dictionary<string, string> { ["MPTCP_SOCKETS_DISABLED"] = value };

        Child.Result preferred = await Witness.RunAsync(["create", nameof(MptcpMode.Preferred)], environment);
        Child.Result required = await Witness.RunAsync(["create", nameof(MptcpMode.Required)], environment);
        Child.Result capabilities = await Witness.RunAsync(["capabilities"], environment);

        Lines(preferred).Should().Equal("Tcp", "Tcp", "supported: False");
        Lines(required)[0].Should().StartWith($"{nameof(MptcpNotSupportedException)} {MptcpUnavailableReason.DisabledBySwitch} ").And.Contain("MPTCP_SOCKETS_DISABLED");
        capabilities.ShouldSucceed().Output.Should().StartWith($"Multipath TCP: not available ({MptcpUnavailableReason.DisabledBySwitch})");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_kill_switch_prevents_every_request_to_the_kernel()
    {
        Needs.Mptcp();
        string strace = Needs.Program("strace", "strace");
        using var directory = new TemporaryDirectory();
        string log = directory.File("log");

        (await AsksForMptcpAsync("0", "capabilities")).Should().BeTrue("otherwise this test could not fail");
        foreach (string[] arguments in new string[][] { ["capabilities"], ["create", nameof(MptcpMode.Preferred)], ["create", nameof(MptcpMode.Required)] })
            (await AsksForMptcpAsync("1", arguments)).Should().BeFalse();

        async Task<bool> AsksForMptcpAsync(string isDisabled, params string[] arguments)
        {
            Child.Result result = await Witness.RunBehindAsync(
                [strace, "-f", "-e", "trace=socket", "-o", log], arguments, new Dictionary<string, string> { ["MPTCP_SOCKETS_DISABLED"] = isDisabled });
            result.ShouldSucceed();
            return Regex.IsMatch(await File.ReadAllTextAsync(log), @"socket\(AF_INET6?, [^,]*, (0x106|IPPROTO_MPTCP)");
        }
    }

    static string[] Lines(Child.Result result) => result.ShouldSucceed().Output.TrimEnd().Split('\n');
}
