namespace Mptcp.Lab;

/// <summary>Something that happens to a share of the packets on a <see cref="Wire"/>.</summary>
sealed record WireFault(WireFault.Kind What, double Probability)
{
    internal enum Kind
    {
        /// <summary>Packets come later than those behind them.</summary>
        Reorder,

        /// <summary>Packets come twice.</summary>
        Duplicate,

        /// <summary>One bit of a packet is another one.</summary>
        Corrupt,
    }

    internal bool Strikes() => Random.Shared.NextDouble() < Probability;
}
