namespace Mptcp.Sockets.AspNetCore.Tests.Support;

/// <summary>Disables MPTCP in the whole process for a while, for tests that run alone.</summary>
static class KillSwitch
{
    const string Name = "Mptcp.Sockets.Disabled";

    internal static IDisposable On()
    {
        AppContext.SetSwitch(Name, true);
        return new Off();
    }

    sealed class Off : IDisposable
    {
        public void Dispose() => AppContext.SetSwitch(Name, false);
    }
}
