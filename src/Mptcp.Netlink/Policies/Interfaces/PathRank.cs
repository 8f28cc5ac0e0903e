namespace Mptcp.Netlink.Policies.Interfaces;

/// <summary>How good a path is: the best that a connection has are regular ones, the others are backups.</summary>
enum PathRank
{
    Fast = 0,
    FastMetered = 1,
    Slow = 2,
    SlowMetered = 3,
}
