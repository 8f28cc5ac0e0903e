using System.Collections.Concurrent;
using System.Diagnostics;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// The thread of a host that starts its programs, and lives as long as the host. Linux can kill a program when the thread that started it
/// ends, also when this process is killed: PR_SET_PDEATHSIG in prctl(2).
/// </summary>
sealed class ProcessParent : IDisposable
{
    readonly NetworkNamespace _home;
    readonly string _host;
    readonly Lock _lock = new();
    readonly BlockingCollection<Action> _work = [];
    Thread? _thread;
    bool _isGone;

    ProcessParent(NetworkNamespace home, string host)
    {
        _home = home;
        _host = host;
    }

    internal static ProcessParent In(NetworkNamespace home, string host) => new(home, host);

    internal Process Start(ProcessStartInfo start)
    {
        ProcessStartInfo bound = Bind(start);
        RuntimeThreads.EnsureStarted(); // starting a process needs them
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isGone, typeof(LabHost));
            _thread ??= StartThread();
            _work.Add(() =>
            {
                try
                {
                    _home.Enter(); // the thread is already there, except the first time
                    started.SetResult(Command.Start(bound));
                }
                catch (Exception e) // the caller's wait throws it
                {
                    started.SetException(e);
                }
            });
        }

        return started.Task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        lock (_lock)
        {
            if (_isGone)
                return;

            _isGone = true;
            _work.CompleteAdding();
            _thread?.Join(); // it has nothing to wait for
            _work.Dispose();
        }
    }

    Thread StartThread()
    {
        var thread = new Thread(() =>
        {
            foreach (Action work in _work.GetConsumingEnumerable())
                work();
        })
        {
            Name = $"lab: programs of {_host}",
            IsBackground = true,
        };
        thread.Start();
        return thread;
    }

    /// <summary>Returns the same program, bound to the life of the thread that starts it. The caller's object is not changed.</summary>
    static ProcessStartInfo Bind(ProcessStartInfo start)
    {
        var bound = new ProcessStartInfo(Command.Require("setpriv"), ["--pdeathsig", "KILL", "--", Command.Require(start.FileName), .. start.ArgumentList])
        {
            WorkingDirectory = start.WorkingDirectory,
            RedirectStandardInput = start.RedirectStandardInput,
            RedirectStandardOutput = start.RedirectStandardOutput,
            RedirectStandardError = start.RedirectStandardError,
            StandardInputEncoding = start.StandardInputEncoding,
            StandardOutputEncoding = start.StandardOutputEncoding,
            StandardErrorEncoding = start.StandardErrorEncoding,
        };
        bound.Environment.Clear();
        foreach ((string name, string? value) in start.Environment)
            bound.Environment[name] = value;

        LabProcesses.Mark(bound);
        return bound;
    }
}
