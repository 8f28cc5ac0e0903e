using System.Collections.Concurrent;
using System.Diagnostics;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// The thread of a host that starts its programs, and lives as long as it: Linux can kill a program when the thread that has started it ends,
/// which also happens when this process is killed: PR_SET_PDEATHSIG in prctl(2).
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
        RuntimeThreads.EnsureStarted(); // which starting a process needs
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isGone, typeof(LabHost));
            _thread ??= StartThread();
            _work.Add(() =>
            {
                try
                {
                    _home.Enter(); // where it is already, but for the first time
                    started.SetResult(Command.Start(bound));
                }
                catch (Exception e) // thrown where the caller waits
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

    /// <summary>The same program, bound to the life of the thread that starts it. The caller's object stays as it is.</summary>
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
