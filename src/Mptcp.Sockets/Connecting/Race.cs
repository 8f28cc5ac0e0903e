using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>Runs a connect in the way that suits the caller and the system, and lets it be observed.</summary>
static class Race
{
    /// <summary>The socket that connected first, in blocking mode.</summary>
    internal static Socket Run(ConnectRequest request)
    {
        using ConnectObserver? observer = ConnectObserver.TryStart(request);
        try
        {
            return Finish(request, request.Run(), observer);
        }
        catch (Exception e) when (observer is not null)
        {
            observer.OnFailed(e);
            throw;
        }
    }

    /// <inheritdoc cref="Run"/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))] // its state would be a tenth of what a connect allocates
    internal static async ValueTask<Socket> RunAsync(ConnectRequest request, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using ConnectObserver? observer = ConnectObserver.TryStart(request);
        try
        {
            return Finish(request, await request.RunAsync(cancellationToken).ConfigureAwait(false), observer);
        }
        catch (Exception e) when (observer is not null)
        {
            observer.OnFailed(e);
            throw;
        }
    }

    static Socket Finish(ConnectRequest request, Socket winner, ConnectObserver? observer)
    {
        try
        {
            request.Check(winner);
            observer?.OnConnected(winner);
            return winner;
        }
        catch
        {
            request.Discard(winner);
            throw;
        }
    }
}
