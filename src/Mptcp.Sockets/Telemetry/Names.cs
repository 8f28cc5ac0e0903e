using System.Net.Sockets;

namespace Mptcp.Sockets.Telemetry;

/// <summary>Names values for the attributes of metrics and spans: few values, known beforehand, in snake case.</summary>
static class Names
{
    internal static string Of(MptcpState state) => state switch
    {
        MptcpState.Mptcp => "mptcp",
        MptcpState.FellBack => "fallback",
        _ => "tcp",
    };

    internal static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        SnakeCase(value.ToString());

    /// <summary>Returns the value of <c>error.type</c>.</summary>
    internal static string Of(Exception error) => error switch
    {
        MptcpFallbackException => "mptcp_fallback", // a system without MPTCP has the same socket error
        SocketException socketError => Of(socketError.SocketErrorCode),
        OperationCanceledException => "cancelled",
        _ => error.GetType().FullName!,
    };

    static string SnakeCase(string pascalCase) => string.Concat(
        pascalCase.Select((character, i) => char.IsUpper(character) && i > 0 ? $"_{char.ToLowerInvariant(character)}" : $"{char.ToLowerInvariant(character)}"));
}
