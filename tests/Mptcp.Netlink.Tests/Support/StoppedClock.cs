namespace Mptcp.Netlink.Tests.Support;

/// <summary>A clock that moves only when a test says so.</summary>
sealed class StoppedClock : TimeProvider
{
    internal TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;

    public override DateTimeOffset GetUtcNow() => throw new NotSupportedException("The time of day is set back and forth.");
}
