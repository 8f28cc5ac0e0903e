using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Explaining;

/// <summary>
/// Finds out why a socket uses MPTCP or TCP: from the result of its connect, from the socket, and from the kernel's counters. The counters
/// are those of the whole network namespace. They prove the reason of one connection only if they exclude all other reasons.
/// </summary>
static class Explainer
{
    /// <param name="socket">The socket.</param>
    /// <param name="state">Its state.</param>
    /// <param name="listener">The state of the socket that accepted it; null if that is unknown, or if the socket was not accepted.</param>
    internal static MptcpExplanation Explain(Socket socket, MptcpState state, MptcpState? listener = null) => state switch
    {
        MptcpState.Mptcp => ExplainMptcp(socket),
        MptcpState.FellBack => FallbackExplainer.Explain(socket),
        _ when listener == MptcpState.Mptcp => AcceptedExplainer.Explain(),
        _ when listener == MptcpState.Tcp => ExplainListener("This is a TCP socket, accepted by a socket that listens with TCP", FindRefusal(socket.AddressFamily)),
        _ when WhyTcp.Of(socket) is { } why => ExplainConnect(why),
        _ => ExplainTcp(socket, FindRefusal(socket.AddressFamily)),
    };

    /// <summary>Explains a socket that listens with TCP: a client that offers MPTCP gets TCP from it.</summary>
    static MptcpExplanation ExplainListener(string what, Refusal refusal) => refusal.Reason == MptcpUnavailableReason.None
        ? new(
            MptcpReason.NotRequested,
            $"{what}: nobody asked for MPTCP there, and all clients get TCP. In Kestrel, call UseMptcp(); elsewhere, listen with MptcpSocket.Listen.{EarlierRefusal()}")
        : new(MptcpReason.SystemUnavailable, $"{what}, and this system provides no MPTCP sockets now. {refusal.Explanation}") { UnavailableReason = refusal.Reason };

    static MptcpExplanation ExplainMptcp(Socket socket)
    {
        if (!socket.Connected && !NativeName.HasPeer(socket.SafeHandle)) // .NET forgets the connection when one side is shut down
        {
            return new MptcpExplanation(MptcpReason.InUse, IsListening(socket)
                ? "The socket listens, and accepts clients with MPTCP and without."
                : "The socket is not connected. It will offer MPTCP when it connects.");
        }

        return HasNoPath(socket)
            ? new MptcpExplanation(MptcpReason.NoPath, "The connection uses MPTCP, and all of its subflows are closed. Without a new one, the kernel ends it when net.mptcp.close_timeout has passed since the last attempt.")
            : new MptcpExplanation(MptcpReason.InUse, "MPTCP is in use.");
    }

    /// <summary>Returns whether no subflow is open. The kernel keeps the first subflow, closed, as long as the connection lives.</summary>
    static bool HasNoPath(Socket socket)
    {
        Span<MptcpSubflow> subflows = stackalloc MptcpSubflow[SubflowReader.Usual];
        if (!SubflowReader.TryRead(socket, subflows, out int count) || count > subflows.Length)
            return false;

        foreach (MptcpSubflow subflow in subflows[..count])
        {
            if (subflow.State != TcpState.Closed)
                return false;
        }

        return true;
    }

    static bool IsListening(Socket socket) => NativeOption.TryRead(socket.SafeHandle, SOL_SOCKET, SO_ACCEPTCONN, out int listens) && listens != 0;

    /// <summary>Explains why TCP won a connect that asked for MPTCP.</summary>
    static MptcpExplanation ExplainConnect(WhyTcp why)
    {
        string where = why.Path.Interface is { } name ? $"{why.Target} via {name}" : $"{why.Target}";
        TimeSpan? retryIn = BlackholeMemory.Shared.TimeUntilRetry(why.Target, why.Path);
        string earlier = OperatingSystem.IsLinux() && KernelsBlackhole.LongestLeft(MptcpCounters.Read()) is not null
            ? " The kernel has detected a blackhole, too, and MptcpBlackholes.Clear() does not make it forget: write net.mptcp.blackhole_timeout again for that."
            : " MptcpBlackholes.Clear() makes it try earlier.";
        string retry = retryIn is { } time ? $" MPTCP is tried there again in {Math.Ceiling(time.TotalSeconds)} s.{earlier}" : "";
        string text = why.Reason switch
        {
            MptcpReason.Refused => $"A reset answered the SYN with MPTCP at {where}, and TCP was accepted: something on the way refuses MPTCP.",
            MptcpReason.OvertakenByTcp => $"SYNs with MPTCP stayed unanswered at {where}, and a TCP SYN was answered: something on the way may drop MPTCP.",
            _ => $"MPTCP was not tried at {where}: SYNs with MPTCP stayed unanswered there before, and TCP was answered.",
        };
        return new(why.Reason, text + retry) { RetryIn = retryIn };
    }

    /// <summary>
    /// Explains a TCP socket that is not the result of a connect of this library: another part of the program created or accepted it.
    /// </summary>
    static MptcpExplanation ExplainTcp(Socket socket, Refusal refusal)
    {
        if (SocketUpgrade.WasRefused(socket))
        {
            return new(MptcpReason.SystemUnavailable, "This is a TCP socket. TryUpgrade left it as it was: it has an option that an MPTCP socket cannot take. Upgrade the socket before the option is set.")
            {
                UnavailableReason = MptcpUnavailableReason.Unknown,
            };
        }

        if (IsListening(socket))
            return ExplainListener("This socket listens with TCP", refusal);

        if (refusal.Reason != MptcpUnavailableReason.None)
            return new(MptcpReason.SystemUnavailable, $"This is a TCP socket, and this system provides no MPTCP sockets now. {refusal.Explanation}") { UnavailableReason = refusal.Reason };

        const string plain = "a TCP socket for which nobody asked for MPTCP, or one that was accepted from a client that did not offer it";
        return AcceptedExplainer.ReadStripped() is { Count: > 0 } stripped && socket.Connected
            ? stripped.Explain(plain)
            : new(MptcpReason.NotRequested, $"This is {plain}.{EarlierRefusal()}");
    }

    /// <summary>Mentions an earlier refusal: the kernel cannot be asked later, and a note for each such socket would cost memory.</summary>
    static string EarlierRefusal() => SocketFactory.LastRefusal is { Reason: not MptcpUnavailableReason.None } last
        ? $" Or it was created while this system had no MPTCP, as was the case earlier in this process: {last.Explanation}"
        : "";

    static Refusal FindRefusal(AddressFamily family)
    {
        using NativeSocket? socket = SocketFactory.TryOpenMptcp(family, out Refusal refusal);
        return refusal;
    }
}
