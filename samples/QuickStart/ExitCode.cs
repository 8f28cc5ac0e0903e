using Mptcp.Sockets;

namespace QuickStart;

static class ExitCode
{
    internal const int Done = 0;
    internal const int TransferFailed = 1;
    internal const int BadArguments = 2;
    internal const int MptcpRequired = 3;
    internal const int Cancelled = 130; // what a shell reports after Ctrl+C

    /// <summary>Returns the exit code of an error. HttpClient wraps errors of connecting, so the cause may be an inner exception.</summary>
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
