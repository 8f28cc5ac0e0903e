using System.Net.Sockets;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>Runs a connect in the way that suits the caller and the system, and lets it be observed.</summary>
static class Race
{
    /// <summary>The socket that connected first, in blocking mode.</summary>
    internal static Socket Run(ConnectRequest request)
    {
        if (!ConnectObserver.IsWanted)
            return RunUnobserved(request);

        using var observer = new ConnectObserver(request);
        try
        {
            Socket winner = RunUnobserved(request);
            observer.OnConnected(winner);
            return winner;
        }
        catch (Exception e)
        {
            observer.OnFailed(e);
            throw;
        }
    }

    /// <inheritdoc cref="Run"/>
    internal static ValueTask<Socket> RunAsync(ConnectRequest request, CancellationToken cancellationToken) =>
        ConnectObserver.IsWanted ? RunObservedAsync(request, cancellationToken) : AsyncRace.RunAsync(request, cancellationToken);

    static async ValueTask<Socket> RunObservedAsync(ConnectRequest request, CancellationToken cancellationToken)
    {
        using var observer = new ConnectObserver(request);
        try
        {
            Socket winner = await AsyncRace.RunAsync(request, cancellationToken).ConfigureAwait(false);
            observer.OnConnected(winner);
            return winner;
        }
        catch (Exception e)
        {
            observer.OnFailed(e);
            throw;
        }
    }

    static Socket RunUnobserved(ConnectRequest request) =>
        OperatingSystem.IsLinux() ? BlockingRace.Run(request) : SequentialConnect.Run(request);
}
