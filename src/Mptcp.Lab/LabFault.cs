namespace Mptcp.Lab;

/// <summary>A fault of a link or interface. It lasts until it is disposed. Several faults of one link add up. Thread-safe.</summary>
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

    /// <summary>Ends the fault. A second call does nothing, nor does a call after the network is disposed.</summary>
    /// <exception cref="LabException">The system refuses. The fault lasts, and can be disposed again.</exception>
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
                // The network is gone, and so is the fault.
            }

            _lift = null;
        }
    }

    /// <summary>Returns a description of the fault.</summary>
    public override string ToString() => _description;
}
