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
    readonly BlockingCollection<Action> _work = [];
    readonly Lazy<Thread> _thread;

    ProcessParent(NetworkNamespace home, string host) => _thread = new Lazy<Thread>(() =>
    {
        var thread = new Thread(() =>
        {
            foreach (Action work in _work.GetConsumingEnumerable())
                work();
        })
        {
            Name = $"lab: programs of {host}",
            IsBackground = true,
        };
        _work.Add(home.Enter);
        thread.Start();
        return thread;
    });

    internal static ProcessParent In(NetworkNamespace home, string host) => new(home, host);

    internal Process Start(ProcessStartInfo start)
    {
        string program = Command.Find(start.FileName) ?? throw new LabException($"'{start.FileName}' cannot be started: there is no such program.");
        ProcessStartInfo bound = Bind(start, program);
        _ = _thread.Value;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(() =>
        {
            try
            {
                started.SetResult(Command.Start(bound));
            }
            catch (Exception e) // thrown where the caller waits
            {
                started.SetException(e);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    public void Dispose()
    {
        _work.CompleteAdding();
        if (_thread.IsValueCreated)
            _thread.Value.Join();

        _work.Dispose();
    }

    /// <summary>The same program, bound to the life of the thread that starts it. The caller's object stays as it is.</summary>
    static ProcessStartInfo Bind(ProcessStartInfo start, string program)
    {
        var bound = new ProcessStartInfo("setpriv", ["--pdeathsig", "KILL", "--", program, .. start.ArgumentList])
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
