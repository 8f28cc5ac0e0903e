using Mptcp.Lab;

namespace Mptcp.Testing;

/// <summary>A host with only loopback and its own kernel settings.</summary>
sealed class OneHost : IDisposable
{
    readonly LabNetwork _network;

    internal OneHost(bool mptcpEnabled = true)
    {
        Needs.Mptcp();
        Needs.Lab();
        _network = new LabNetwork();
        Host = _network.AddHost("host");
        if (!mptcpEnabled)
            Host.SetSysctl("net.mptcp.enabled", "0");
    }

    internal LabHost Host { get; }

    /// <summary>Runs <paramref name="body"/> on a new host.</summary>
    internal static void Run(Action<LabHost> body, bool mptcpEnabled = true)
    {
        using var one = new OneHost(mptcpEnabled);
        one.Host.Run(() => body(one.Host));
    }

    public void Dispose() => _network.Dispose();
}
