using System.Net;

namespace Mptcp.Gateway.Configuration;

/// <summary>One address on which a route listens, and the target of its clients.</summary>
sealed record Way(ListenAddress Listen, EndPoint Connect);
