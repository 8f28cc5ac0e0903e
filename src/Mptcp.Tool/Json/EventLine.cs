using System.Runtime.InteropServices;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Json;

sealed record EventLine(DateTimeOffset Time, string Event)
{
    const string TypePrefix = "Mptcp";

    public string? Token { get; init; }

    public string? Local { get; init; }

    public string? Remote { get; init; }

    public int? LocalId { get; init; }

    public int? RemoteId { get; init; }

    public string? Interface { get; init; }

    public bool? ServerSide { get; init; }

    public bool? Backup { get; init; }

    public int? Error { get; init; }

    public string? ErrorText { get; init; }

    public string? ResetReason { get; init; }

    public bool? ResetTransient { get; init; }

    public int? Number { get; init; }

    internal static EventLine Of(MptcpEvent what, InterfaceNames interfaces)
    {
        EventLine line = new(what.Time, JsonNames.Kebab(what.GetType().Name[TypePrefix.Length..]));
        if (what is MptcpConnectionEvent { Token: var token })
            line = line with { Token = Format.Token(token) };

        return what switch
        {
            MptcpHandshakeEvent e => line with { Local = e.LocalEndPoint.ToString(), Remote = e.RemoteEndPoint.ToString(), ServerSide = e.IsServerSide },
            MptcpSubflowEvent e => OfSubflow(line, e, interfaces),
            MptcpAddressAnnounced e => line with { Remote = e.RemoteEndPoint.ToString(), RemoteId = e.RemoteAddressId },
            MptcpAddressRemoved e => line with { RemoteId = e.RemoteAddressId },
            MptcpListenerCreated e => line with { Local = e.LocalEndPoint.ToString() },
            MptcpListenerClosed e => line with { Local = e.LocalEndPoint.ToString() },
            MptcpUnknownEvent e => line with { Number = e.Number },
            _ => line,
        };
    }

    static EventLine OfSubflow(EventLine line, MptcpSubflowEvent e, InterfaceNames interfaces)
    {
        var closed = e as MptcpSubflowClosed;
        return line with
        {
            Local = e.LocalEndPoint.ToString(),
            Remote = e.RemoteEndPoint.ToString(),
            LocalId = e.LocalAddressId,
            RemoteId = e.RemoteAddressId,
            Interface = interfaces.Of(e),
            Backup = e.IsBackup,
            Error = closed?.ErrorNumber,
            ErrorText = closed?.ErrorNumber is { } error ? Marshal.GetPInvokeErrorMessage(error) : null,
            ResetReason = closed?.ResetReason is { } reason ? JsonNames.Kebab(reason.ToString()) : null,
            ResetTransient = closed?.IsResetTransient,
        };
    }
}
