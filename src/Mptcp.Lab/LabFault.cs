namespace Mptcp.Lab;

/// <summary>Something that is wrong with a link or interface until it is disposed. Several faults of one link add up.</summary>
public sealed class LabFault : IDisposable
{
    readonly string _description;
    readonly Lock _lock = new();
    Action? _lift;

    internal LabFault(string description, Action lift)
    {
        _description = description;
        _lift = lift;
    }

    /// <summary>Lifts this fault. It does nothing the second time, and after the network is disposed.</summary>
    /// <exception cref="LabException">The system refuses. The fault lasts, and can be lifted again.</exception>
    public void Dispose()
    {
        lock (_lock)
        {
            try
            {
                _lift?.Invoke();
            }
            catch (ObjectDisposedException)
            {
                // The network is gone, and the fault with it.
            }

            _lift = null;
        }
    }

    /// <summary>Returns what is wrong.</summary>
    public override string ToString() => _description;
}
