using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Mptcp.Sockets.AspNetCore.Tests.Support;
using Mptcp.Sockets.AspNetCore.Transport;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>A process without MPTCP, or one that has lost it.</summary>
[Collection(Alone.Name)]
public class WithoutMptcpTests
{
    const string Key = "Kestrel:Endpoints:Public:Mptcp", Url = "Kestrel:Endpoints:Public:Url";

    [Fact(Timeout = Limit.OfATest)]
    public async Task Preferred_without_MPTCP_serves_over_TCP_and_logs_why()
    {
        using IDisposable off = KillSwitch.On();

        await using App app = await App.StartAsync(builder => builder.WebHost.UseMptcp().UseUrls("http://127.0.0.1:0"));

        (await app.AskAsync(isMptcp: false)).Should().Be(MptcpState.Tcp);
        app.Log("ListeningOverTcp").Should().StartWith($"Now listening on {app.Uri.Authority} over TCP: MPTCP is turned off for this process");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://*:0")]
    [InlineData("http://localhost:{0}")]
    public async Task Required_without_MPTCP_prevents_the_start_with_the_reason(string url)
    {
        using IDisposable off = KillSwitch.On();
        url = string.Format(null, url, App.FreePort());

        Func<Task> start = () => App.StartAsync(builder => builder.WebHost.UseMptcp(o => o.Mode = MptcpMode.Required).UseUrls(url));

        (await start.Should().ThrowAsync<Exception>()).Which.ToString().Should().Contain("MptcpNotSupportedException").And.Contain("MPTCP is turned off for this process");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_reload_that_requires_missing_MPTCP_leaves_no_socket_behind()
    {
        Needs.Mptcp();
        int port = App.FreePort();
        await using App app = await App.StartAsync(builder =>
        {
            builder.WebHost.UseMptcp();
            builder.Configuration.AddInMemoryCollection([new(Url, $"http://127.0.0.1:{port}"), new(Key, "Disabled")]);
        });
        (await app.AskAsync()).Should().Be(MptcpState.Tcp);

        using (KillSwitch.On())
        {
            app.Reload((Key, "Required"));
            await Eventually.TrueAsync(() => app.Logs.Entries.Any(entry => entry.Text.StartsWith("Unable to bind", StringComparison.Ordinal)), "Kestrel gives up");
        }

        await FluentActions.Awaiting(() => app.AskAsync()).Should().ThrowAsync<HttpRequestException>();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("Preferred", "Required")]
    [InlineData("Required", "Preferred")]
    public async Task A_reload_keeps_an_MPTCP_socket_that_the_system_would_now_refuse(string before, string after)
    {
        Needs.Mptcp();
        await using App app = await App.StartAsync(builder =>
        {
            builder.WebHost.UseMptcp();
            builder.Configuration.AddInMemoryCollection([new(Url, $"http://127.0.0.1:{App.FreePort()}"), new(Key, before)]);
        });

        using (KillSwitch.On())
        {
            app.Reload((Key, after));
            await Eventually.TrueAsync(() => app.CountLogs("Kept") + app.CountLogs("Replaced") == 1, "the endpoint is reloaded");
        }

        app.CountLogs("Kept").Should().Be(1);
        (await app.AskAsync()).Should().Be(MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Clients_of_both_sockets_are_served_if_the_kernel_cannot_prefer_the_new_one()
    {
        Needs.Mptcp();
        App app;
        using (KillSwitch.On())
        {
            app = await App.StartAsync(builder =>
            {
                builder.WebHost.UseMptcp(o => o.ConfigureSocket = LockFilterOfTcp);
                builder.Configuration.AddInMemoryCollection([new(Url, $"http://127.0.0.1:{App.FreePort()}"), new(Key, "Preferred")]);
            });
        }

        await using App stopped = app;
        app.Reload((Key, "true"));

        await Eventually.TrueAsync(() => app.CountLogs("NotPreferred") == 1, "the endpoint is reloaded"); // the last entry of a reload
        app.CountLogs("Replaced").Should().Be(1);
        app.Log("NotPreferred").Should().StartWith($"The kernel refused to give all new connections of {app.Uri.Authority} to its new socket");
        (await app.AskAsync(isMptcp: false)).Should().Be(MptcpState.Tcp);
        await Eventually.TrueAsync(async () => await app.AskAsync() == MptcpState.Mptcp, "the new socket is asked");

        static void LockFilterOfTcp(Socket socket)
        {
            const int SOL_SOCKET = 1, SO_LOCK_FILTER = 44;
            if (socket.GetMptcpState() == MptcpState.Tcp)
                socket.SetRawSocketOption(SOL_SOCKET, SO_LOCK_FILTER, BitConverter.GetBytes(1));
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Preferred_on_a_kernel_without_TCP_NODELAY_uses_TCP_and_keeps_its_socket_in_a_reload()
    {
        Needs.Mptcp();
        using Old before = BeforeLinux517();
        await using App app = await App.StartAsync(builder =>
        {
            builder.WebHost.UseMptcp();
            builder.Configuration.AddInMemoryCollection([new(Url, $"http://127.0.0.1:{App.FreePort()}"), new(Key, "Preferred")]);
        });
        (await app.AskAsync()).Should().Be(MptcpState.Tcp);
        app.Log("ListeningOverTcp").Should().EndWith("Run Linux 5.17 or later.");

        app.Reload((Key, "true"));

        await Eventually.TrueAsync(() => app.CountLogs("Kept") + app.CountLogs("Replaced") == 1, "the endpoint is reloaded");
        app.CountLogs("Kept").Should().Be(1);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Required_on_a_kernel_without_TCP_NODELAY_prevents_the_start()
    {
        Needs.Mptcp();
        using Old before = BeforeLinux517();

        Func<Task> start = () => App.StartAsync(builder => builder.WebHost.UseMptcp(o => o.Mode = MptcpMode.Required).UseUrls("http://127.0.0.1:0"));

        (await start.Should().ThrowAsync<MptcpNotSupportedException>()).Which.Reason.Should().Be(MptcpUnavailableReason.KernelTooOld);
    }

    [Theory]
    [InlineData(MptcpMode.Preferred, null, HealthStatus.Degraded)]
    [InlineData(MptcpMode.Required, null, HealthStatus.Unhealthy)]
    [InlineData(MptcpMode.Required, HealthStatus.Degraded, HealthStatus.Degraded)]
    [InlineData(MptcpMode.Disabled, null, HealthStatus.Healthy)]
    public async Task The_health_check_describes_the_reason(MptcpMode mode, HealthStatus? failureStatus, HealthStatus expected)
    {
        using IDisposable off = KillSwitch.On();

        HealthReportEntry entry = await HealthTests.CheckAsync(checks => checks.AddMptcp(mode: mode, failureStatus: failureStatus));

        entry.Status.Should().Be(expected);
        entry.Description.Should().StartWith("MPTCP is turned off for this process");
        entry.Data["UnavailableReason"].Should().Be(nameof(MptcpUnavailableReason.DisabledBySwitch));
    }

    static Old BeforeLinux517()
    {
        ListenEndPoint.ForceLackOfNoDelay = true;
        return new Old();
    }

    sealed class Old : IDisposable
    {
        public void Dispose() => ListenEndPoint.ForceLackOfNoDelay = false;
    }
}
