using System.Runtime.InteropServices;

namespace Mptcp.Dashboard.Feed;

/// <summary>One second of a path, in 8 bytes. The default is a second in which the path was not seen.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
readonly struct PathPoint(double bytesPerSecond, double? rttMilliseconds, long retransmits)
{
    readonly float _rate = (float)bytesPerSecond;
    readonly Half _rtt = (Half)(rttMilliseconds ?? double.NaN);
    readonly byte _retransmits = (byte)Math.Clamp(retransmits, 0, byte.MaxValue);

    internal bool IsSeen { get; } = true;

    /// <summary>The bytes that were sent and received in this second.</summary>
    internal double Rate => _rate;

    internal double? RttMilliseconds => IsSeen && !Half.IsNaN(_rtt) ? (double)_rtt : null;

    /// <summary>The segments that were sent again in this second; at most 255.</summary>
    internal int Retransmits => _retransmits;
}
