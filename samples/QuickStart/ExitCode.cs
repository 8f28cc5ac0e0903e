using Mptcp.Sockets;

namespace QuickStart;

static class ExitCode
{
    internal const int Done = 0;
    internal const int TransferFailed = 1;
    internal const int BadArguments = 2;
    internal const int MptcpRequired = 3;
    internal const int Cancelled = 130; // as a shell says it of Ctrl+C

    /// <summary>HttpClient wraps what went wrong while connecting, so the cause may lie deeper.</summary>
    internal static int Of(Exception error)
    {
        for (Exception? cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is MptcpNotSupportedException or MptcpFallbackException)
                return MptcpRequired;
        }

        return TransferFailed;
    }
}
