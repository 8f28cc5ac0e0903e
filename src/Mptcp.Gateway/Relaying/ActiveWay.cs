using Mptcp.Gateway.Configuration;

namespace Mptcp.Gateway.Relaying;

/// <summary>The route that a listening socket uses for its next clients.</summary>
sealed record ActiveWay(RouteState State, Way Way);
