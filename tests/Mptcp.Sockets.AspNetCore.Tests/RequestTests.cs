using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Mptcp.Sockets.AspNetCore.Tests.Support;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>The MPTCP state of requests and connections.</summary>
public class RequestTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_request_over_MPTCP_has_info_and_subflows()
    {
        Needs.Mptcp();
        if (!MptcpCapabilities.Probe().SupportsSubflowInfo)
            Needs.KernelLacks("that tells about subflows.");

        await using App app = await StartAsync();
        using HttpClient client = App.Client();

        using JsonDocument told = JsonDocument.Parse(await client.GetStringAsync(new Uri(app.Uri, "tell")));

        told.RootElement.GetProperty("state").GetString().Should().Be("Mptcp");
        told.RootElement.GetProperty("token").GetUInt32().Should().NotBe(0);
        told.RootElement.GetProperty("sameToken").GetUInt32().Should().Be(told.RootElement.GetProperty("token").GetUInt32());
        told.RootElement.GetProperty("local").GetString().Should().Be(app.Uri.Authority);
        told.RootElement.GetProperty("reason").GetString().Should().Be(nameof(MptcpReason.InUse));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_request_over_TCP_explains_why_it_has_no_info()
    {
        Needs.Mptcp();
        await using App app = await StartAsync();
        using HttpClient client = App.Client(isMptcp: false);

        string said = await client.GetStringAsync(new Uri(app.Uri, "refuse"));

        said.Should().StartWith("Tcp False NotSupportedException NotSupportedException ");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Preferred, "client")]
    [InlineData(MptcpMode.Disabled, "nobody asked")]
    public async Task A_plain_client_is_the_only_reason_on_an_endpoint_with_mptcp(MptcpMode mode, string says)
    {
        Needs.Mptcp();
        await using App app = await StartAsync(mode);
        using HttpClient client = App.Client(isMptcp: false);

        string explained = await client.GetStringAsync(new Uri(app.Uri, "explain"));

        // The kernel counts clients whose option was removed for the whole namespace, and cannot say whether this one was among them.
        bool hasFallenBack = MptcpCounters.Read().ClientsFallenBack > 0;
        explained.Should().Contain(says);
        explained.Contains(" or ", StringComparison.Ordinal).Should().Be(mode == MptcpMode.Disabled || hasFallenBack, explained);
    }

    [Fact]
    public void Without_a_socket_the_state_is_null_and_the_errors_name_the_kind_of_connection()
    {
        var context = new DefaultHttpContext();

        context.GetMptcpState().Should().BeNull();
        context.TryGetMptcpInfo(out _).Should().BeFalse();
        context.ExplainMptcp().Reason.Should().Be(MptcpReason.NotRequested);
        FluentActions.Invoking(() => context.GetMptcpInfo()).Should().Throw<NotSupportedException>().WithMessage("*TestServer*");
        context.Request.Protocol = HttpProtocol.Http3;
        FluentActions.Invoking(() => context.GetMptcpSubflows()).Should().Throw<NotSupportedException>().WithMessage("*HTTP/3*QUIC*");
        FluentActions.Invoking(() => ((HttpContext)null!).GetMptcpState()).Should().Throw<ArgumentNullException>();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("", true, "Mptcp")]
    [InlineData("", false, "Tcp")]
    [InlineData("fail", true, "Mptcp")]
    public async Task The_header_is_sent_even_if_the_request_fails(string path, bool isMptcp, string expected)
    {
        Needs.Mptcp();
        await using App app = await StartAsync();
        using HttpClient client = App.Client(isMptcp);

        using HttpResponseMessage response = await client.GetAsync(new Uri(app.Uri, path));

        response.Headers.GetValues("Mptcp-State").Should().Equal(expected);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_response_has_no_header_without_the_middleware()
    {
        await using App app = await App.StartAsync(builder => builder.WebHost.UseMptcp().UseUrls("http://127.0.0.1:0"));
        using HttpClient client = App.Client(isMptcp: false);

        using HttpResponseMessage response = await client.GetAsync(app.Uri);

        response.Headers.Contains("Mptcp-State").Should().BeFalse();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Connection_middleware_can_read_the_state()
    {
        Needs.Mptcp();
        var states = new System.Collections.Concurrent.ConcurrentQueue<MptcpState?>();
        await using App app = await App.StartAsync(builder => builder.WebHost.UseMptcp().ConfigureKestrel(kestrel =>
            kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Use(next => connection =>
            {
                states.Enqueue(connection.GetMptcpState());
                connection.ExplainMptcp().Text.Should().NotBeEmpty();
                return next(connection);
            }))));

        await app.AskAsync();
        await app.AskAsync(isMptcp: false);

        states.Should().Equal(MptcpState.Mptcp, MptcpState.Tcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Accepted_connections_are_counted_by_their_state()
    {
        Needs.Mptcp();
        var counted = new System.Collections.Concurrent.ConcurrentBag<string?>();
        using var meters = new System.Diagnostics.Metrics.MeterListener();
        meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == MptcpTelemetry.Connections)
                listener.EnableMeasurementEvents(instrument);
        };
        meters.SetMeasurementEventCallback<long>((_, _, tags, _) =>
        {
            var all = tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value as string);
            if (all[MptcpTelemetry.RoleAttribute] == "server")
                counted.Add(all[MptcpTelemetry.StateAttribute]);
        });
        meters.Start();
        await using App app = await StartAsync();

        await app.AskAsync();
        await app.AskAsync(isMptcp: false);

        counted.Should().Contain("mptcp").And.Contain("tcp");
    }

    static Task<App> StartAsync(MptcpMode mode = MptcpMode.Preferred) => App.StartAsync(
        builder => builder.WebHost.UseMptcp(options => options.Mode = mode).UseUrls("http://127.0.0.1:0"),
        app =>
        {
            app.UseExceptionHandler(errors => errors.Run(context => context.Response.WriteAsync("failed")));
            app.UseMptcpStateHeader();
            app.MapGet("/fail", string () => throw new InvalidOperationException("It fails."));
            app.MapGet("/tell", (HttpContext context) => new
            {
                state = $"{context.GetMptcpState()}",
                token = context.GetMptcpInfo().Token,
                sameToken = context.TryGetMptcpInfo(out MptcpInfo info) ? info.Token : 0,
                local = context.GetMptcpSubflows().Single().LocalEndPoint.ToString(),
                reason = context.ExplainMptcp().Reason.ToString(),
            });
            app.MapGet("/explain", (HttpContext context) => $"{context.ExplainMptcp()}");
            app.MapGet("/refuse", (HttpContext context) =>
                $"{context.GetMptcpState()} {context.TryGetMptcpInfo(out _)} {NameOfError(() => context.GetMptcpInfo())} {NameOfError(() => context.GetMptcpSubflows())} {context.ExplainMptcp().Reason}");
        });

    static string NameOfError(Func<object> ask)
    {
        try
        {
            return ask().ToString()!;
        }
        catch (NotSupportedException e)
        {
            return e.GetType().Name;
        }
    }
}
