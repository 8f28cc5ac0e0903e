namespace Mptcp.Dashboard.Feed;

/// <summary>Opens a host for reading.</summary>
interface IHostSource
{
    /// <param name="log">Where the reader writes the kernel's events.</param>
    IHostReader Open(EventLog log);
}
