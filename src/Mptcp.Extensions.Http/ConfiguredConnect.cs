using System.Globalization;
using System.Net;
using Microsoft.Extensions.Configuration;
using Mptcp.Sockets;

namespace Mptcp.Extensions.Http;

/// <summary>
/// Reads connect options from the configuration. Not with a binder: that does not know end points, and its errors do not name the key.
/// </summary>
static class ConfiguredConnect
{
    internal static MptcpConnectOptions Read(IConfiguration configuration)
    {
        var options = new MptcpConnectOptions();
        Set(configuration, nameof(options.Mode), "Preferred, Required or Disabled", ReadMode, (MptcpMode? mode) => options.Mode = mode!.Value);
        Set(configuration, nameof(options.RequireMptcpPeer), "true or false (or 1 or 0)", ReadBoolean, (bool? require) => options.RequireMptcpPeer = require!.Value);
        Set(configuration, nameof(options.ConnectionAttemptDelay), AllowedTimes, ReadSpan, (TimeSpan? delay) => options.ConnectionAttemptDelay = delay!.Value);
        Set(configuration, nameof(options.TcpFallbackDelay), AllowedTimes, ReadSpan, (TimeSpan? delay) => options.TcpFallbackDelay = delay!.Value);
        Set(configuration, nameof(options.ConnectTimeout), AllowedTimeouts, ReadTimeout, (TimeSpan? timeout) => options.ConnectTimeout = timeout!.Value);
        options.PathInterfaces = ReadNames(configuration, nameof(options.PathInterfaces));
        Set(configuration, nameof(options.LocalEndPoint), "ADDRESS or ADDRESS:PORT", text =>
            IPEndPoint.TryParse(text, out IPEndPoint? local) ? local : null, (IPEndPoint? local) => options.LocalEndPoint = local);
        return options;
    }

    const string AllowedTimes = "a time from 00:00:00 to 24.20:31:23, such as 00:00:00.250, or -00:00:00.001 for an infinite time";
    const string AllowedTimeouts = "a time of more than 0 and at most 24.20:31:23, such as 00:00:10, or -00:00:00.001 for an infinite time";

    /// <summary>Accepts names only. Enum.TryParse would accept numbers and lists.</summary>
    static MptcpMode? ReadMode(string text) => text.ToUpperInvariant() switch
    {
        "PREFERRED" => MptcpMode.Preferred,
        "REQUIRED" => MptcpMode.Required,
        "DISABLED" => MptcpMode.Disabled,
        _ => null,
    };

    static bool? ReadBoolean(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" => true,
        "FALSE" or "0" => false,
        _ => null,
    };

    static TimeSpan? ReadSpan(string text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan span)
            && (span == Timeout.InfiniteTimeSpan || (span >= TimeSpan.Zero && span.TotalMilliseconds <= int.MaxValue)) ? span : null;

    static TimeSpan? ReadTimeout(string text) => ReadSpan(text) is { } span && span != TimeSpan.Zero ? span : null;

    static string[]? ReadNames(IConfiguration configuration, string key)
    {
        IConfigurationSection[] names = [.. configuration.GetSection(key).GetChildren()];
        if (configuration[key] is { Length: > 0 } text)
            throw Refuse(configuration, key, $"value '{text}'", $"an array of interface names, such as {key}:0");

        if (Array.Find(names, name => string.IsNullOrWhiteSpace(name.Value)) is { } wrong)
            throw Refuse(configuration, $"{key}:{wrong.Key}", wrong.Value is { } blank ? $"value '{blank}'" : "section", "the name of an interface");

        return names.Length == 0 ? null : [.. names.Select(name => name.Value!.Trim())];
    }

    static void Set<T>(IConfiguration configuration, string key, string allowed, Func<string, T?> read, Action<T?> set)
    {
        if (configuration.GetSection(key).GetChildren().Any())
            throw Refuse(configuration, key, "section", allowed);

        if (configuration[key] is { Length: > 0 } text)
            set(read(text.Trim()) ?? throw Refuse(configuration, key, $"value '{text}'", allowed));
    }

    static InvalidOperationException Refuse(IConfiguration configuration, string key, string what, string allowed) =>
        new($"The {what} of {(configuration is IConfigurationSection section ? $"{section.Path}:" : "")}{key} must be {allowed}.");
}
