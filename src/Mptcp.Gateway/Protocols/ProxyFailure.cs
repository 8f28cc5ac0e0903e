namespace Mptcp.Gateway.Protocols;

/// <summary>Why a client of a proxy is not connected, for its answer.</summary>
enum ProxyFailure
{
    Other,
    NotAllowed,
    NetworkUnreachable,
    HostUnreachable,
    Refused,
    TimedOut,
}
