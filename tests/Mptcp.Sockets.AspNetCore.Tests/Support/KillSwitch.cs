namespace Mptcp.Sockets.AspNetCore.Tests.Support;

/// <summary>For tests that run alone: the whole process has no MPTCP for a while.</summary>
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
