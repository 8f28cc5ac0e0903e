using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mptcp.Lab.Interop;

/// <summary>
/// A network namespace without a name. Only its handle, the processes in it and their sockets hold it. So the kernel removes it with all
/// its devices, addresses, routes and rules when this process ends, however it ends: network_namespaces(7).
/// </summary>
sealed class NetworkNamespace : IDisposable
{
    [ThreadStatic]
    static bool t_isInside;

    readonly SafeFileHandle _handle;

    NetworkNamespace(SafeFileHandle handle, RouteSocket route)
    {
        _handle = handle;
        Route = route;
    }

    /// <summary>Gets the socket that configures the namespace, from any thread.</summary>
    internal RouteSocket Route { get; }

    /// <summary>Gets a descriptor of this process that refers to the namespace.</summary>
    internal SafeFileHandle Handle => _handle;

    /// <summary>
    /// Gets the path of the namespace for other programs, valid for the lifetime of this process: <c>nsenter --net=PATH</c>.
    /// </summary>
    internal string Path
    {
        get
        {
            ObjectDisposedException.ThrowIf(_handle.IsClosed, this); // the number may belong to another file by now
            return $"/proc/{Environment.ProcessId}/fd/{_handle.DangerousGetHandle()}";
        }
    }

    /// <summary>Gets the kernel's name of the namespace.</summary>
    internal string Id { get; } = File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)?.Name ?? "";

    internal static NetworkNamespace Create() => RunOnNewThread("network namespace", () =>
    {
        Check(Libc.unshare(Libc.CLONE_NEWNET), "unshare(CLONE_NEWNET)");
        SafeFileHandle handle = Libc.open("/proc/thread-self/ns/net", Libc.O_RDONLY_CLOEXEC);
        Check(handle.IsInvalid ? -1 : 0, "open(/proc/thread-self/ns/net)");
        return new NetworkNamespace(handle, new RouteSocket());
    });

    /// <summary>
    /// Runs <paramref name="body"/> on a new thread in the namespace. A thread of the pool would stay in the namespace afterwards.
    /// </summary>
    internal T Run<T>(string threadName, Func<T> body) => RunOnNewThread(
        threadName,
        () =>
        {
            Enter();
            return body();
        },
        mayStartThreads: true);

    /// <summary>Runs <paramref name="body"/> and the code after its awaits on a new thread in the namespace.</summary>
    internal async Task<T> RunAsync<T>(string threadName, Func<Task<T>> body)
    {
        RuntimeThreads.EnsureStarted();
        var ended = new TaskCompletionSource<Task<T>>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                ended.SetResult(HostContext.Run(body));
            }
            catch (Exception e) // the caller's wait throws it
            {
                ended.SetException(e);
            }
        })
        {
            Name = threadName,
            IsBackground = true,
        };
        thread.Start();
        using var fills = new PeriodicTimer(RuntimeThreads.FillInterval);
        while (await Task.WhenAny(ended.Task, fills.WaitForNextTickAsync().AsTask()).ConfigureAwait(false) != ended.Task)
            RuntimeThreads.EnsureStarted(); // the body may need them at any time

        return await (await ended.Task.ConfigureAwait(false)).ConfigureAwait(false);
    }

    /// <summary>Moves the calling thread into the namespace, for the rest of its life.</summary>
    internal void Enter()
    {
        Check(Libc.setns(_handle, Libc.CLONE_NEWNET), "setns(CLONE_NEWNET)");
        t_isInside = true;
    }

    public void Dispose()
    {
        Route.Dispose();
        _handle.Dispose();
    }

    static T RunOnNewThread<T>(string name, Func<T> body, bool mayStartThreads = false)
    {
        bool isOutside = mayStartThreads && !t_isInside;
        if (isOutside)
            RuntimeThreads.EnsureStarted();

        T result = default!;
        ExceptionDispatchInfo? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                result = body();
            }
            catch (Exception e) // the caller's wait throws it
            {
                error = ExceptionDispatchInfo.Capture(e);
            }
        })
        {
            Name = name,
            IsBackground = true,
        };
        thread.Start();
        while (!thread.Join(isOutside ? RuntimeThreads.FillInterval : Timeout.InfiniteTimeSpan))
            RuntimeThreads.EnsureStarted(); // the body may need them at any time

        error?.Throw();
        return result;
    }

    static void Check(int result, string call)
    {
        if (result < 0)
            throw new LabException($"{call}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}.");
    }
}
