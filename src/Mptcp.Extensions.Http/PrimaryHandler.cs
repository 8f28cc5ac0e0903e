using System.Runtime.CompilerServices;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets;

namespace Mptcp.Extensions.Http;

/// <summary>Sets up the primary handler of a client of IHttpClientFactory: the one that opens connections.</summary>
static class PrimaryHandler
{
    static readonly ConditionalWeakTable<SocketsHttpHandler, Setting> s_settings = [];

    internal static void UseMptcp(HttpMessageHandlerBuilder builder, bool isDefault, Func<IServiceProvider, string?, MptcpConnectOptions> getOptions)
    {
        if (builder.PrimaryHandler is not SocketsHttpHandler handler)
        {
            Refuse(builder, isDefault, $"its primary handler is a {builder.PrimaryHandler.GetType()}. Use a {nameof(SocketsHttpHandler)}");
            return;
        }

        if (s_settings.TryGetValue(handler, out Setting? setting) && ReferenceEquals(setting.Callback, handler.ConnectCallback))
        {
            // A handler that another builder has set up is shared and may be in use. And a client's own call overrides the call in the
            // defaults.
            if (setting.Builder != builder || (isDefault && !setting.IsDefault))
                return;

            handler.ConnectCallback = null;
        }

        if (isDefault && handler.ConnectCallback is not null)
        {
            Refuse(builder, isDefault, $"it has a {nameof(SocketsHttpHandler.ConnectCallback)} of its own. Call {nameof(MptcpHttp)}.{nameof(MptcpHttp.ConnectAsync)} inside it");
            return;
        }

        var options = new MptcpConnectOptions();
        Copy(getOptions(builder.Services, builder.Name), options);
        options.LoggerFactory ??= builder.Services.GetService<ILoggerFactory>();
        handler.UseMptcp(options);
        s_settings.AddOrUpdate(handler, new Setting(builder, isDefault, handler.ConnectCallback!));
    }

    /// <summary>
    /// A call for all clients leaves out those that it does not fit. A client's own call is a promise that cannot be kept.
    /// </summary>
    static void Refuse(HttpMessageHandlerBuilder builder, bool isDefault, string reason)
    {
        if (!isDefault)
            throw new InvalidOperationException($"The client '{builder.Name}' cannot use MPTCP: {reason}.");

        if (builder.Services.GetService<ILoggerFactory>() is { } loggers)
            Log.ClientSkipped(loggers.CreateLogger(Log.Category), builder.Name, reason);
    }

    internal static void Copy(MptcpConnectOptions from, MptcpConnectOptions to)
    {
        to.Mode = from.Mode;
        to.RequireMptcpPeer = from.RequireMptcpPeer;
        to.ConnectionAttemptDelay = from.ConnectionAttemptDelay;
        to.TcpFallbackDelay = from.TcpFallbackDelay;
        to.ConnectTimeout = from.ConnectTimeout;
        to.PathInterfaces = from.PathInterfaces;
        to.NoDelay = from.NoDelay;
        to.LocalEndPoint = from.LocalEndPoint;
        to.ConfigureSocket = from.ConfigureSocket;
        to.Resolver = from.Resolver;
        to.TimeProvider = from.TimeProvider;
        to.LoggerFactory = from.LoggerFactory;
    }

    /// <summary>Identifies a callback that this class has set. It may be replaced while the same builder creates the handler.</summary>
    sealed record Setting(HttpMessageHandlerBuilder Builder, bool IsDefault, Delegate Callback);
}
