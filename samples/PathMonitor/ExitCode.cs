namespace PathMonitor;

static class ExitCode
{
    internal const int Done = 0;
    internal const int Failed = 1;
    internal const int BadArguments = 2;
    internal const int CannotRunHere = 3;
}
