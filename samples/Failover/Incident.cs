namespace Failover;

/// <summary>Something worth telling.</summary>
sealed record Incident(TimeSpan At, string What);
