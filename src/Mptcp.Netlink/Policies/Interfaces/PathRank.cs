namespace Mptcp.Netlink.Policies.Interfaces;

/// <summary>The rank of a path. The best paths of a connection are regular, the others are backups.</summary>
enum PathRank
{
    Fast = 0,
    FastMetered = 1,
    Slow = 2,
    SlowMetered = 3,
}
