using System.Net;
using System.Runtime.InteropServices;
using static System.FormattableString;

namespace Mptcp.Netlink.Doctor;

/// <summary>Explains what happened to the path that was closed last, whichever end opened it. Only events show that.</summary>
static class ClosedPathRules
{
    const int ConnectionReset = 104, ConnectionRefused = 111; // ECONNRESET, ECONNREFUSED

    internal static readonly PathRule[] All =
    [
        new("path-rejected", FindRejected),
        new("path-failed", FindFailed),
        new("path-closed-here", FindClosedHere),
        new("path-closed", FindClosed),
    ];

    internal static string AdviceOnReset(PathCase examined) => examined.IsAccepted == true
        ? "Look at the peer, which opens the paths of this connection, and at the devices on the way."
        : "Raise the limit of subflows on the peer ('ip mptcp limits set subflows 4'), and keep its listening socket open.";

    internal static string Describe(MptcpSubflowClosed closed) => closed switch
    {
        { ResetReason: { } reason } => $"The peer has reset the path from {closed.LocalEndPoint} to {closed.RemoteEndPoint}: {reason}.",
        { ErrorNumber: ConnectionReset or ConnectionRefused } =>
            $"A reset has ended the path from {closed.LocalEndPoint} to {closed.RemoteEndPoint}.",
        { ErrorNumber: { } error } =>
            Invariant($"The path from {closed.LocalEndPoint} to {closed.RemoteEndPoint} failed with error {error} ")
                + Invariant($"({Marshal.GetPInvokeErrorMessage(error)})."),
        _ => $"The path from {closed.LocalEndPoint} to {closed.RemoteEndPoint} was closed without an error.",
    };

    static Diagnosis? FindRejected(PathCase examined) =>
        examined.LastClosed is { ResetReason: not null } or { ErrorNumber: ConnectionReset or ConnectionRefused }
            ? examined.Because(Describe(examined.LastClosed), AdviceOnReset(examined))
            : null;

    static Diagnosis? FindFailed(PathCase examined) => examined.LastClosed is { ErrorNumber: not null } closed
        ? examined.Because(Describe(closed), "Check the link, the route and the firewalls of this path: probe the peer over its interface.")
        : null;

    /// <summary>The kernel closes a path of its own when the endpoint or the address goes, and reports no error then.</summary>
    static Diagnosis? FindClosedHere(PathCase examined)
    {
        if (examined.LastClosed is not { } closed)
            return null;

        IPAddress address = closed.LocalEndPoint.Address;
        bool hasAddress = examined.Host.Host.Interfaces.Any(network => network.Addresses.Any(local => local.Address.Equals(address)));
        string? cause =
            !hasAddress ? $"no interface has the address {address} any more"
            : closed.LocalAddressId != 0 && examined.Host.Host.Endpoints is { } endpoints
                && !endpoints.Any(endpoint => endpoint.Address.Equals(address))
                ? Invariant($"endpoint {closed.LocalAddressId} ({address}) was removed")
            : null;
        return cause is null
            ? null
            : examined.Because(
                $"{Describe(closed)} This host has closed it: {cause}.",
                "If the path is wanted, add the endpoint again: 'mptcp doctor' prints the command.");
    }

    static Diagnosis? FindClosed(PathCase examined)
    {
        if (examined.LastClosed is not { } closed)
            return null;

        bool isWithdrawn = examined.Events.Any(what => what is MptcpAddressRemoved removed
            && removed.RemoteAddressId == closed.RemoteAddressId);
        return isWithdrawn
            ? examined.Because(
                $"{Describe(closed)} The peer has withdrawn its address.",
                "If the path is wanted, add the address on the peer again.")
            : examined.Because(
                $"{Describe(closed)} Either end may have closed it, and the kernel does not report which.",
                "If a program of this host closes paths, look there. If the path was closed at once, the peer may have rejected it. "
                    + $"{AdviceOnReset(examined)}");
    }
}
