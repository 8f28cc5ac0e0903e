namespace Failover;

static class ExitCode
{
    internal const int Done = 0;
    internal const int TransferFailed = 1;
    internal const int BadArguments = 2;
    internal const int CannotRunHere = 3;
    internal const int Cancelled = 130; // what a shell reports after Ctrl+C
}
