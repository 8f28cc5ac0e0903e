namespace Failover;

interface IDisplay
{
    /// <summary>Runs the download and shows its progress.</summary>
    Task<Outcome> ShowAsync(Trial trial, CancellationToken cancellationToken);
}
