namespace Mptcp.Tool;

static class ExitCode
{
    internal const int Done = 0;
    internal const int Failed = 1;
    internal const int BadArguments = 2;
    internal const int NoMptcpHere = 3;
    internal const int PrivilegeMissing = 4;
    internal const int PeerWithoutMptcp = 5;
    internal const int Warnings = 6; // under --strict
    internal const int Interrupted = 130; // what a shell reports after Ctrl+C
}
