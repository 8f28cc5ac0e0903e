namespace Mptcp.Sockets.Explaining;

/// <summary>Explains a TCP socket that a listening socket with MPTCP may have accepted.</summary>
static class AcceptedExplainer
{
    /// <summary>
    /// Explains a TCP socket that such a socket has accepted. The system has provided MPTCP, so the reason lies with the client or on the
    /// way.
    /// </summary>
    internal static MptcpExplanation Explain()
    {
        const string plain = "accepted from a client whose SYN did not offer MPTCP";
        return ReadStripped() is { Count: > 0 } stripped ? stripped.Explain(plain) : new(MptcpReason.NotRequested, $"This is a TCP socket, {plain}.");
    }

    /// <summary>Reads how many clients of this network namespace offered MPTCP in their SYN only.</summary>
    internal static Stripped ReadStripped()
    {
        MptcpCounters mptcp = MptcpCounters.Read();
        if (mptcp["MPCapableFallbackACK"] is not (> 0 and var count))
            return default;

        // This is certain only if the host connected and accepted no other TCP connection.
        TcpCounters tcp = TcpCounters.Read();
        return new Stripped(count, tcp.ActiveOpens == Sum("MPCapableSYNTX", "MPJoinSynTx") && tcp.PassiveOpens - Sum("MPCapableACKRX", "MPJoinAckRx") == count);

        long Sum(params string[] names) => names.Sum(name => mptcp[name] ?? 0);
    }

    /// <summary>Clients from whose packets a device on the way has removed the options.</summary>
    /// <param name="Count">How many there were.</param>
    /// <param name="IsSure">Whether there was no other TCP connection.</param>
    internal readonly record struct Stripped(long Count, bool IsSure)
    {
        const string Text = "accepted from a client that offered MPTCP, but a device on the way removed it from later packets";

        internal MptcpExplanation Explain(string plain) => IsSure
            ? new(MptcpReason.OptionsStripped, $"This was {Text}.")
            : new(MptcpReason.Ambiguous, $"This is {plain}, or it was {Text}. That happened {Count} times in this network namespace.");
    }
}
