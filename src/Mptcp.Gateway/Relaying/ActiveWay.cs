using Mptcp.Gateway.Configuration;

namespace Mptcp.Gateway.Relaying;

/// <summary>What a listening socket does with its clients from now on.</summary>
sealed record ActiveWay(RouteState State, Way Way);
