using Microsoft.Extensions.Logging;

namespace Mptcp.Extensions.Http;

/// <summary>Every message of this package. Ids are never reused. The next id is 2.</summary>
static partial class Log
{
    internal const string Category = "Mptcp.Extensions.Http";

    [LoggerMessage(1, LogLevel.Information, "The client '{Client}' connects without MPTCP: {Reason}.", EventName = "ClientSkipped")]
    internal static partial void ClientSkipped(ILogger logger, string? client, string reason);
}
