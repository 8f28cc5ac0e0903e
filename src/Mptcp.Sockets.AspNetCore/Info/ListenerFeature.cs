namespace Mptcp.Sockets.AspNetCore.Info;

/// <summary>A feature of an accepted connection: what has accepted it.</summary>
/// <param name="State">The state of the listening socket.</param>
sealed record ListenerFeature(MptcpState State);
