using System.Net;

namespace Mptcp.Gateway.Configuration;

/// <summary>The destinations to which clients may be connected.</summary>
sealed record DestinationRules(IReadOnlyList<DestinationRule> Allow, IReadOnlyList<DestinationRule> Deny)
{
    internal bool IsEmpty => Allow.Count == 0 && Deny.Count == 0;

    /// <summary>Whether a destination is allowed, which is an address and possibly the name from which it was resolved.</summary>
    internal bool Permits(string? name, IPAddress address, int port) =>
        !Deny.Any(rule => rule.Matches(name, address, port)) && (Allow.Count == 0 || Allow.Any(rule => rule.Matches(name, address, port)));

    /// <summary>Whether a name need not be resolved, because a rule denies the name itself.</summary>
    internal bool DeniesName(string name, int port) => Deny.Any(rule => rule.Network is null && rule.Matches(name, null, port));
}
