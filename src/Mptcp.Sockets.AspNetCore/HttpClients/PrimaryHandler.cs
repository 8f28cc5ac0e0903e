using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore.HttpClients;

/// <summary>The handler of a client of IHttpClientFactory that makes its connections.</summary>
static class PrimaryHandler
{
    static readonly ConditionalWeakTable<SocketsHttpHandler, Setting> s_settings = [];

    internal static void UseMptcp(HttpMessageHandlerBuilder builder, bool isDefault, Func<IServiceProvider, string?, MptcpConnectOptions> getOptions)
    {
        if (builder.PrimaryHandler is not SocketsHttpHandler handler)
        {
            throw new InvalidOperationException(
                $"The client '{builder.Name}' cannot use Multipath TCP: its primary handler is a {builder.PrimaryHandler.GetType()}, and must be a {nameof(SocketsHttpHandler)}.");
        }

        if (s_settings.TryGetValue(handler, out Setting? setting) && ReferenceEquals(setting.Callback, handler.ConnectCallback))
        {
            // A handler that is made once and given out again and again may be in use; and of a client's own call and that of the defaults, its own holds.
            if (setting.Builder != builder || (isDefault && !setting.IsDefault))
                return;

            handler.ConnectCallback = null;
        }

        var options = new MptcpConnectOptions();
        Copy(getOptions(builder.Services, builder.Name), options);
        options.LoggerFactory ??= builder.Services.GetService<ILoggerFactory>();
        handler.UseMptcp(options);
        s_settings.AddOrUpdate(handler, new Setting(builder, isDefault, handler.ConnectCallback!));
    }

    internal static void Copy(MptcpConnectOptions from, MptcpConnectOptions to)
    {
        to.Mode = from.Mode;
        to.RequireMptcpPeer = from.RequireMptcpPeer;
        to.ConnectionAttemptDelay = from.ConnectionAttemptDelay;
        to.TcpFallbackDelay = from.TcpFallbackDelay;
        to.NoDelay = from.NoDelay;
        to.LocalEndPoint = from.LocalEndPoint;
        to.ConfigureSocket = from.ConfigureSocket;
        to.LoggerFactory = from.LoggerFactory;
    }

    /// <summary>What was set here, as opposed to by somebody else, and may be set anew as long as the handler is being made.</summary>
    sealed record Setting(HttpMessageHandlerBuilder Builder, bool IsDefault, Delegate Callback);
}
