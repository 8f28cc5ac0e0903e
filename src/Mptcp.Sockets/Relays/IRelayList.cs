namespace Mptcp.Sockets.Relays;

/// <summary>
/// The connections that the gateway of this process relays. Mptcp.Gateway implements it and Mptcp.Dashboard shows it, so neither package
/// needs the other.
/// </summary>
interface IRelayList
{
    /// <summary>Returns the connections that have both sides now. The gateway does nothing for the list until somebody calls this.</summary>
    IReadOnlyList<RelayedConnection> Read();
}
