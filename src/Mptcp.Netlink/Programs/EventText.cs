using System.Net;
using System.Runtime.InteropServices;

namespace Mptcp.Netlink.Programs;

/// <summary>An event in words, the same in the command and in the dashboard.</summary>
/// <param name="What">What happened.</param>
/// <param name="Where">The addresses; null if there are none.</param>
readonly record struct EventText(string What, string? Where = null)
{
    internal static EventText Of(MptcpEvent what, InterfaceNames interfaces) => what switch
    {
        MptcpConnectionCreated e => new($"connection begins{Side(e)}", Pair(e.LocalEndPoint, e.RemoteEndPoint)),
        MptcpConnectionEstablished e => new($"connection established{Side(e)}", Pair(e.LocalEndPoint, e.RemoteEndPoint)),
        MptcpConnectionClosed => new("connection closed"),
        MptcpAddressAnnounced e => new($"peer announces address {e.RemoteAddressId}", $"{e.RemoteEndPoint}"),
        MptcpAddressRemoved e => new($"peer withdraws address {e.RemoteAddressId}"),
        MptcpSubflowEstablished e => new($"{Path(e, interfaces)} joined{(e.IsBackup ? " as backup" : "")}", Pair(e)),
        MptcpSubflowClosed e => new($"{Path(e, interfaces)} closed{Why(e)}", Pair(e)),
        MptcpSubflowPriorityChanged e => new($"{Path(e, interfaces)} is {(e.IsBackup ? "a backup" : "a regular one")} now", Pair(e)),
        MptcpListenerCreated e => new("a socket listens", $"{e.LocalEndPoint}"),
        MptcpListenerClosed e => new("a socket listens no longer", $"{e.LocalEndPoint}"),
        MptcpEventsLost => new("events were lost: this program was too slow"),
        MptcpUnknownEvent e => new($"event {e.Number}, which this version does not know"),
        _ => new($"{what}"),
    };

    public override string ToString() => Where is null ? What : $"{What}: {Where}";

    static string Side(MptcpHandshakeEvent e) => e.IsServerSide ? " (accepted)" : "";

    static string Path(MptcpSubflowEvent e, InterfaceNames interfaces) => interfaces.Of(e) is { } name ? $"path over {name}" : "path";

    static string Why(MptcpSubflowClosed e)
    {
        string error = e.ErrorNumber is { } number ? $", {Marshal.GetPInvokeErrorMessage(number)} (error {number})" : "";
        return e.ResetReason is { } reason ? $"{error}, the peer reset it: {Words(reason)}{(e.IsResetTransient == true ? ", for now" : "")}" : error;
    }

    static string Words(MptcpResetReason reason) => reason switch
    {
        MptcpResetReason.Unspecified => "unspecified",
        MptcpResetReason.MptcpError => "MPTCP error",
        MptcpResetReason.LackOfResources => "lack of resources",
        MptcpResetReason.AdministrativelyProhibited => "administratively prohibited",
        MptcpResetReason.TooMuchOutstandingData => "too much outstanding data",
        MptcpResetReason.UnacceptablePerformance => "unacceptable performance",
        MptcpResetReason.MiddleboxInterference => "middlebox interference",
        _ => $"reason {(int)reason}",
    };

    static string Pair(MptcpSubflowEvent e) => Pair(e.LocalEndPoint, e.RemoteEndPoint);

    static string Pair(IPEndPoint local, IPEndPoint remote) => $"{local} → {remote}";
}
