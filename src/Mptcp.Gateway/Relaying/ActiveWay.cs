using Mptcp.Gateway.Configuration;

namespace Mptcp.Gateway.Relaying;

/// <summary>The servers and the settings for the clients of a listening socket.</summary>
/// <param name="Way">The address, and the servers.</param>
/// <param name="State">The route.</param>
/// <param name="Backends">The servers; <see langword="null"/> if the client says where to connect to.</param>
sealed record ActiveWay(Way Way, RouteState State, BackendPool? Backends);
