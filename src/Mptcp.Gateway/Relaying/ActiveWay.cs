using Mptcp.Gateway.Configuration;

namespace Mptcp.Gateway.Relaying;

/// <summary>What a listening socket does with its clients.</summary>
/// <param name="Way">The address, and the servers.</param>
/// <param name="State">The route.</param>
/// <param name="Backends">The servers; <see langword="null"/> if the client says where to connect to.</param>
sealed record ActiveWay(Way Way, RouteState State, BackendPool? Backends);
