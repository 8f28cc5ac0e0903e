using System.Net;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests;

/// <summary>An object that is disposed of while other threads use it ends their calls: with a result, or with <see cref="ObjectDisposedException"/>.</summary>
[Collection(Alone.Name)]
public class ConcurrencyTests
{
    const int Rounds = 60, Threads = 3;

    [Fact(Timeout = Limit.OfATest)]
    public Task A_path_manager_that_is_disposed_of_while_threads_list_and_change_ends_their_calls() => DisposeWhileInUseAsync(
        MptcpPathManager.Open,
        manager =>
        {
            manager.GetLimits();
            byte id = manager.AddEndpoint(IPAddress.Parse($"10.0.0.{1 + Environment.CurrentManagedThreadId % 100}"), MptcpEndpointFlags.Subflow).Id;
            manager.GetEndpoints();
            manager.RemoveEndpoint(id);
        },
        e => e is MptcpNetlinkException); // two threads have the same address, or the id is gone

    [Fact(Timeout = Limit.OfATest)]
    public Task A_reader_that_is_disposed_of_while_threads_list_ends_their_calls() => DisposeWhileInUseAsync(
        MptcpConnectionReader.Open,
        reader =>
        {
            reader.List(new MptcpConnectionFilter { IncludeSubflows = true });
            reader.Find(1);
        });

    [Fact(Timeout = Limit.OfATest)]
    public Task A_userspace_path_manager_that_is_disposed_of_while_threads_use_it_ends_their_calls() => DisposeWhileInUseAsync(
        MptcpUserspacePathManager.Open,
        manager => manager.Withdraw(token: 1, addressId: 1),
        e => e is MptcpNetlinkException); // no connection has the token

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_monitor_that_is_disposed_of_while_a_reader_reads_ends_the_reading()
    {
        using var one = new OneHost();
        int before = Descriptors.CountSockets();
        for (int round = 0; round < Rounds; round++)
        {
            MptcpEventMonitor monitor = one.Host.Run(() => MptcpEventMonitor.Open());
            Task reading = Task.Run(async () =>
            {
                await foreach (MptcpEvent _ in monitor.ReadAllAsync())
                {
                }
            });
            Task listening = Task.Run(() => one.Host.Run(() => MptcpSocket.Listen(new IPEndPoint(IPAddress.Loopback, 0)).Dispose())); // is an event
            Thread.SpinWait(round * 1000);
            await monitor.DisposeAsync();

            await listening;
            await ExpectEndAsync(reading, e => e is ObjectDisposedException); // disposed of before the reading began
        }

        (await Descriptors.CountSocketsOnceSettledAsync(before)).Should().BeLessThanOrEqualTo(before);
    }

    static async Task DisposeWhileInUseAsync<T>(Func<T> open, Action<T> use, Func<Exception, bool>? isExpected = null)
        where T : IDisposable
    {
        using var one = new OneHost();
        int before = Descriptors.CountSockets();
        for (int round = 0; round < Rounds; round++)
        {
            T used = one.Host.Run(open);
            Task[] threads = [.. Enumerable.Range(0, Threads).Select(_ => Task.Run(() => UseUntilDisposed(used, use, isExpected)))];
            Thread.SpinWait(round * 1000);
            used.Dispose();

            await Task.WhenAll(threads).WaitAsync(Limit.OfAWait);
        }

        (await Descriptors.CountSocketsOnceSettledAsync(before)).Should().BeLessThanOrEqualTo(before);
    }

    static void UseUntilDisposed<T>(T used, Action<T> use, Func<Exception, bool>? isExpected)
    {
        while (true)
        {
            try
            {
                use(used);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
            catch (Exception e) when (isExpected?.Invoke(e) == true)
            {
            }
        }
    }

    static async Task ExpectEndAsync(Task task, Func<Exception, bool> isExpected)
    {
        try
        {
            await task.WaitAsync(Limit.OfAWait);
        }
        catch (Exception e) when (isExpected(e))
        {
        }
    }
}
