using System.Net;

namespace Mptcp.Gateway.Configuration;

/// <summary>
/// One address that a route listens on, and where its clients are connected to: one or more servers, or none if the client says where.
/// </summary>
sealed record Way(ListenAddress Listen, IReadOnlyList<EndPoint> Connect);
