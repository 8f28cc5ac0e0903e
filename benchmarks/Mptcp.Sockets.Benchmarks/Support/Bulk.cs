namespace Mptcp.Sockets.Benchmarks.Support;

/// <summary>The amount of data for measuring throughput.</summary>
static class Bulk
{
    internal const int Size = 64 * 1024 * 1024, Block = 64 * 1024;
}
