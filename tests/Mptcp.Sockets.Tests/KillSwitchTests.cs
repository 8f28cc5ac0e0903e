using System.Net.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>The switch applies to the whole process, so no other test runs at the same time.</summary>
[Collection(Alone.Name)]
public sealed class KillSwitchTests : IDisposable
{
    const string Switch = "Mptcp.Sockets.Disabled";

    public KillSwitchTests() => AppContext.SetSwitch(Switch, true);

    public void Dispose() => AppContext.SetSwitch(Switch, false);

    [Fact]
    public void The_kill_switch_disables_MPTCP()
    {
        using Socket preferred = MptcpSocket.Create();

        preferred.GetMptcpState().Should().Be(MptcpState.Tcp);
        MptcpSocket.IsSupported.Should().BeFalse();
        MptcpCapabilities.Probe().UnavailableReason.Should().Be(MptcpUnavailableReason.DisabledBySwitch);
        FluentActions.Invoking(() => MptcpSocket.Create(MptcpMode.Required))
            .Should().Throw<MptcpNotSupportedException>().Which.Reason.Should().Be(MptcpUnavailableReason.DisabledBySwitch);
    }

    [Fact]
    public void Turning_the_kill_switch_off_enables_MPTCP_again()
    {
        AppContext.SetSwitch(Switch, false);
        Needs.Mptcp();

        using Socket socket = MptcpSocket.Create(MptcpMode.Required);

        socket.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("0", false)]
    [InlineData("Off", false)]
    [InlineData("no", false)]
    [InlineData("false", false)]
    [InlineData("1", true)]
    [InlineData("TRUE", true)]
    [InlineData("yes", true)]
    [InlineData("on", true)]
    [InlineData("enabled", null)]
    public void The_environment_variable_accepts_the_usual_values(string? value, bool? isOn) => KillSwitch.Parse(value).Should().Be(isOn);
}
