using System.Net;

namespace Mptcp.Gateway.Configuration;

/// <summary>One address that a route listens on, and where its clients are connected to.</summary>
sealed record Way(ListenAddress Listen, EndPoint Connect);
