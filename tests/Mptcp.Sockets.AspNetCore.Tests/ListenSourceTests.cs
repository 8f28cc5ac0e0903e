using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Mptcp.Sockets.AspNetCore.Transport;

namespace Mptcp.Sockets.AspNetCore.Tests;

public class ListenSourceTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_that_is_accepted_during_the_stop_is_closed()
    {
        using Socket socket = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { Mode = MptcpMode.Disabled });
        await using var listener = new Listener();
        var source = new ListenSource(listener, socket);
        Task accept = Task.Run(source.AcceptAsync);
        await listener.Accepting.Task.WaitAsync(Limit.OfAWait);

        Task stop = Task.Run(() => source.StopAsync().AsTask());
        await Task.WhenAny(stop, Task.Delay(200)); // the stop may wait for the accept, but must not continue without it
        listener.MayAccept.Set();

        await Task.WhenAll(accept, stop).WaitAsync(Limit.OfAWait);
        listener.Accepted.IsDisposed.Should().BeTrue();
        (await source.AcceptAsync()).Should().BeNull();
    }

    /// <summary>Accepts a client at a given moment.</summary>
    sealed class Listener : IConnectionListener
    {
        internal TaskCompletionSource Accepting { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal ManualResetEventSlim MayAccept { get; } = new();

        internal Client Accepted { get; } = new();

        public EndPoint EndPoint => new IPEndPoint(IPAddress.Loopback, 1);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            Accepting.SetResult();
            MayAccept.Wait(Limit.OfAWait, cancellationToken);
            return new(Accepted);
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => default;

        public ValueTask DisposeAsync()
        {
            MayAccept.Dispose();
            return default;
        }
    }

    sealed class Client : DefaultConnectionContext
    {
        internal bool IsDisposed { get; private set; }

        public override ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return base.DisposeAsync();
        }
    }
}
