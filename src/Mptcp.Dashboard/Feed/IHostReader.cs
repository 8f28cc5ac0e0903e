namespace Mptcp.Dashboard.Feed;

/// <summary>Reads a host. It is open only while somebody watches.</summary>
interface IHostReader : IAsyncDisposable
{
    /// <summary>Gets why the kernel reports no events; null if it does.</summary>
    string? NoEvents { get; }

    /// <summary>Reads the host. Called once a second.</summary>
    HostReading Read();
}
