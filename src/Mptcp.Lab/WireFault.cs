namespace Mptcp.Lab;

/// <summary>A fault that affects a share of the packets on a <see cref="Wire"/>.</summary>
sealed record WireFault(WireFault.Kind What, double Probability)
{
    internal enum Kind
    {
        /// <summary>Packets arrive after packets that were sent later.</summary>
        Reorder,

        /// <summary>Packets arrive twice.</summary>
        Duplicate,

        /// <summary>One bit of a packet changes.</summary>
        Corrupt,
    }

    internal bool Affects() => Random.Shared.NextDouble() < Probability;
}
