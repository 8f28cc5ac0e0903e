namespace Failover;

/// <summary>Something that happened during a download.</summary>
sealed record Incident(TimeSpan At, string Text);
