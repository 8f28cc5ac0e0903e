namespace Failover;

interface IDisplay
{
    /// <summary>Runs it, and shows how it goes.</summary>
    Task<Outcome> ShowAsync(Trial trial, CancellationToken cancellationToken);
}
