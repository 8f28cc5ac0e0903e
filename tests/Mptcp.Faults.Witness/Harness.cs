using System.Globalization;
using Mptcp.Netlink;

namespace Mptcp.Faults.Witness;

/// <summary>
/// Runs each operation once for each call that it makes, each time that it makes it, and each error that the call may give. Afterwards the
/// operation must have succeeded or thrown what its documentation says, no descriptor, timer or thread may be left, and the host must be as it was.
/// </summary>
static class Harness
{
    const int MostInCI = 8; // of one call of an operation: the first ones tell
    const int Runs = 3; // a leak recurs; what .NET opens once in a process does not
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    /// <summary>Set by an operation that ends the fault itself.</summary>
    internal static bool HasFailed { get; set; }

    /// <summary>True if every outcome was as it has to be.</summary>
    internal static async Task<bool> RunAsync(Operation[] operations, bool isComplete)
    {
        nint most = isComplete ? nint.MaxValue : MostInCI;
        bool isWell = true;
        foreach (Operation operation in operations)
        {
            for (int warmUp = 0; warmUp < 3; warmUp++)
                await RunOnceAsync(operation, "", 0, 0);

            Dictionary<string, nint> counts = await CountAsync(operation);
            foreach ((string call, int[] errors) in Fault.All)
            {
                foreach (int errno in errors)
                {
                    for (int nth = 1; nth <= nint.Min(counts[call], most); nth++)
                        isWell &= await CheckAsync(operation, call, nth, errno);
                }
            }
        }

        return isWell;
    }

    static async Task<Dictionary<string, nint>> CountAsync(Operation operation)
    {
        using Operation.Step step = await operation.Prepare();
        Fault.Arm("", 0, 0);
        await step.RunAsync();
        return Fault.All.ToDictionary(fault => fault.Call, fault => Fault.Count(fault.Call));
    }

    static async Task<bool> CheckAsync(Operation operation, string call, int nth, int errno)
    {
        string outcome = "", problem = "";
        Remains left = default;
        for (int run = 1; run == 1 || (run <= Runs && left.Any); run++)
        {
            Remains before = Remains.Count();
            string host = HostState();
            outcome = await RunOnceAsync(operation, call, nth, errno);
            left = await CountSettledAsync(before, operation.LeavesToFinalizer, looks: run == Runs ? 500 : 50);
            if (HostState() != host && !operation.ChangesHost)
                problem += $"CHANGED {host} TO {HostState()} ";
        }

        if (!IsExpected(call, outcome))
            problem += "UNEXPECTED ";

        if (left.Any)
            problem += $"LEFT {left} ";

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{problem}{operation.Name} | {call} {nth} | {Errno.Name(errno)} | {outcome}"));
        return problem.Length == 0;
    }

    static async Task<string> RunOnceAsync(Operation operation, string call, int nth, int errno)
    {
        using Operation.Step step = await operation.Prepare();
        HasFailed = false;
        Fault.Arm(call, nth, errno);
        try
        {
            await Task.Run(step.RunAsync).WaitAsync(s_patience);
            return Fault.Disarm() | HasFailed ? "success" : "not reached";
        }
        catch (Exception e) // any exception: the table shows it, and an unknown one fails the test
        {
            Fault.Disarm();
            return Describe(e);
        }
    }

    static string Describe(Exception e) => e switch
    {
        System.Net.Sockets.SocketException socket => $"{e.GetType().Name} {socket.SocketErrorCode}: {e.Message}",
        TimeoutException => "it hangs",
        _ => $"{e.GetType().Name}: {e.Message}",
    };

    /// <summary>Success, or what the documentation says.</summary>
    static bool IsExpected(string call, string outcome) => outcome.Split(' ')[0] switch
    {
        "success" or "not" => true,
        "SocketException" or "MptcpConnectException" or "MptcpNotSupportedException" or "MptcpNetlinkException" or "MptcpPrivilegeException" => true,
        "IOException:" => call == "bind", // Kestrel's
        "OutOfMemoryException:" => call is "epoll_ctl" or "getaddrinfo", // .NET's
        "NotSupportedException:" => call == "getsockopt", // an option that the kernel lacks
        _ => false,
    };

    /// <summary>Returns what is left. Closing is asynchronous where a connect was under way. Without a collection, no finalizer closes anything.</summary>
    static async Task<Remains> CountSettledAsync(Remains before, bool collects, int looks)
    {
        for (int look = 0; look < looks && Remains.Count().Since(before).Any; look++)
        {
            if (collects)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }

            await Task.Delay(20);
        }

        return Remains.Count().Since(before);
    }

    /// <summary>Returns the endpoints, limits and settings of the host.</summary>
    static string HostState()
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        return $"[{string.Join(", ", manager.GetEndpoints())}] {manager.GetLimits()} {string.Join(", ", MptcpSettings.Read().Values)}";
    }
}
