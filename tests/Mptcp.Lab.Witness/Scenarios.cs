using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab.Witness;

static class Scenarios
{
    static readonly TimeSpan s_firstWait = TimeSpan.FromMilliseconds(50);
    static readonly TimeSpan s_lastWait = TimeSpan.FromSeconds(15);

    internal static int SayWhatIsMissing()
    {
        foreach (LabRequirement requirement in LabNetwork.Missing)
            Console.WriteLine($"{requirement.Feature} {requirement.IsRequired}: {requirement}");

        try
        {
            TwoHosts().Dispose();
            Console.WriteLine("made");
        }
        catch (LabNotSupportedException e)
        {
            Console.WriteLine($"{nameof(LabNotSupportedException)}: {e.Message}");
        }

        return 0;
    }

    /// <summary>Creates a lab with programs, prints its parts, and ends as the standard input says, unless it is killed first.</summary>
    internal static int Live(string end)
    {
        LabNetwork network = TwoHosts();
        foreach (LabHost host in network.Hosts)
            Console.WriteLine($"namespace {File.ResolveLinkTarget(host.NamespacePath, returnFinalTarget: false)!.Name}");

        using Process program = StartWithChild(network.Hosts[1]);
        Console.WriteLine($"process {program.Id}");
        Console.WriteLine($"process {program.StandardOutput.ReadLine()}");
        Console.WriteLine("ready");

        Console.ReadLine();
        switch (end)
        {
            case "dispose":
                network.Dispose();
                return 0;
            case "forget":
                return 0;
            default:
                throw new InvalidOperationException("The program has a fault.");
        }
    }

    /// <summary>Creates labs one after another, each with a fault and a program.</summary>
    internal static int Make(int times)
    {
        for (int i = 0; i < times; i++)
        {
            using LabNetwork network = CreateOnceThereIsRoom();
            network.Links[0].Blackhole();
            using Process program = StartWithChild(network.Hosts[1]);
        }

        Console.WriteLine("all made");
        return 0;
    }

    /// <summary>Creates labs one after another, each with a connection that is closed before all data was sent.</summary>
    internal static int LeaveUnsent(int times)
    {
        for (int i = 0; i < times; i++)
        {
            using LabNetwork network = CreateOnceThereIsRoom();
            LabLink link = network.Links[0];
            using Socket listener = link.SecondHost.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            listener.Bind(new IPEndPoint(link.GetAddress(link.SecondHost), 0));
            listener.Listen();
            using Socket client = link.FirstHost.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
            client.Connect(listener.LocalEndPoint!);
            link.Blackhole();
            client.Send(new byte[1000]);
        }

        Console.WriteLine("all made");
        return 0;
    }

    /// <summary>Repeatedly lets another process create a lab, and kills it. Then creates one.</summary>
    internal static int Orphan(int times)
    {
        for (int i = 0; i < times; i++)
        {
            using Process other = LiveOnceThereIsRoom();
            other.Kill();
            other.WaitForExit();
        }

        CreateOnceThereIsRoom().Dispose();
        Console.WriteLine("all made");
        return 0;
    }

    /// <summary>
    /// Runs code on a host that waits, then queues work to the thread pool, and prints the network namespace of that work.
    /// </summary>
    internal static int Linger(TimeSpan time)
    {
        using LabNetwork network = TwoHosts();
        string here = NamespaceOfThisThread();
        var ran = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        network.Hosts[0].Run(() =>
        {
            Thread.Sleep(time); // the threads of the pool should become idle
            ThreadPool.UnsafeQueueUserWorkItem(_ => ran.SetResult(NamespaceOfThisThread()), null);
        });

        Console.WriteLine(ran.Task.GetAwaiter().GetResult() == here ? "outside" : "on the host");
        return 0;
    }

    /// <summary>Fills a thread pool of which half is busy, and prints whether a thread timed out.</summary>
    internal static int FillPool()
    {
        const int threads = 6;
        ThreadPool.SetMinThreads(threads, threads);
        while (!RuntimeThreads.FillPool())
        {
            // The machine is slow, and not all threads have come in time.
        }

        using var busy = new CountdownEvent(threads / 2);
        using var isOver = new ManualResetEventSlim();
        for (int i = 0; i < threads / 2; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    busy.Signal();
                    isOver.Wait();
                },
                null);
        }

        busy.Wait();
        bool isFull = false;
        for (int i = 0; i < 100 && !isFull; i++)
            isFull = RuntimeThreads.FillPool();

        isOver.Set();
        Console.WriteLine(isFull ? "none waited" : "some waited");
        return 0;
    }

    static string NamespaceOfThisThread() => File.ResolveLinkTarget("/proc/thread-self/ns/net", returnFinalTarget: false)!.Name;

    /// <summary>With room for two hosts, tries to create three, then two.</summary>
    internal static int Fail()
    {
        try
        {
            using LabNetwork network = TwoHosts();
            network.AddHost("other");
        }
        catch (LabException e)
        {
            Console.WriteLine(e.Message);
        }

        CreateOnceThereIsRoom().Dispose();
        Console.WriteLine("all made");
        return 0;
    }

    /// <summary>Creates a lab with a link, sends data, and prints it. Then tries a fault, a rate and a program.</summary>
    internal static int DoWithout()
    {
        using LabNetwork network = TwoHosts();
        LabLink link = network.Links[0];
        using Socket receiver = link.SecondHost.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        receiver.Bind(new IPEndPoint(link.GetAddress(link.SecondHost), 0));
        using Socket sender = link.FirstHost.Run(() => new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp));
        sender.SendTo(new byte[1], receiver.LocalEndPoint!);
        receiver.ReceiveTimeout = (int)s_lastWait.TotalMilliseconds;
        Console.WriteLine($"received {receiver.Receive(new byte[1])}");
        foreach (Action action in new Action[] { () => link.Blackhole(), () => link.SetRate(1), () => link.FirstHost.SetLimits(1, 1) })
        {
            try
            {
                action();
            }
            catch (LabNotSupportedException e)
            {
                Console.WriteLine(e.Message);
            }
        }

        return 0;
    }

    /// <summary>Restarts as root of a user namespace, and prints the user or what is missing.</summary>
    internal static int Restart()
    {
        Rootless.Restart();
        Console.WriteLine($"{Environment.UserName} {LabNetwork.Missing.Count(requirement => requirement.IsRequired)}");
        return 7;
    }

    /// <summary>Prints the time to create and remove a lab, and the throughput of a link of 200 Mbit/s and 20 ms.</summary>
    internal static int Measure()
    {
        const int times = 20, seconds = 5;
        TwoHosts().Dispose(); // one-time work is not measured
        var making = new List<double>();
        var removing = new List<double>();
        for (int i = 0; i < times; i++)
        {
            long begin = Stopwatch.GetTimestamp();
            LabNetwork network = TwoHosts();
            making.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
            begin = Stopwatch.GetTimestamp();
            network.Dispose();
            removing.Add(Stopwatch.GetElapsedTime(begin).TotalMilliseconds);
        }

        Console.WriteLine($"two hosts and a link: made in {Median(making):0.0} ms, removed in {Median(removing):0.0} ms (medians of {times})");
        foreach (double? rate in new double?[] { 200, null })
            Console.WriteLine($"TCP over {rate?.ToString(CultureInfo.InvariantCulture) ?? "any number of"} Mbit/s and 20 ms each way: {Carry(rate, seconds):0} Mbit/s");

        return 0;
    }

    static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    /// <summary>Returns megabits per second.</summary>
    static double Carry(double? rate, int seconds)
    {
        using var network = new LabNetwork();
        LabHost client = network.AddHost("client"), server = network.AddHost("server");
        LabLink link = network.AddLink("far", client, server, new() { MegabitsPerSecond = rate, Delay = TimeSpan.FromMilliseconds(20) });
        using Process listening = server.Start(new ProcessStartInfo("iperf3", ["--server", "--one-off", "--forceflush"]) { RedirectStandardOutput = true });
        while (listening.StandardOutput.ReadLine() is { } line && !line.Contains("listening", StringComparison.Ordinal))
        {
        }

        // The default congestion control of the machine may reach another share of the rate.
        string result = client.Execute("iperf3", "--client", $"{link.GetAddress(server)}", "--time", $"{seconds}", "--omit", "2", "--json", "--congestion", "cubic");
        using var json = System.Text.Json.JsonDocument.Parse(result);
        return json.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble() / 1_000_000;
    }

    static LabNetwork TwoHosts()
    {
        var network = new LabNetwork();
        try
        {
            network.AddLink("wifi", network.AddHost("client"), network.AddHost("server"));
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>The kernel removes namespaces with a delay.</summary>
    static LabNetwork CreateOnceThereIsRoom()
    {
        for (TimeSpan wait = s_firstWait; ; wait *= 2)
        {
            try
            {
                return TwoHosts();
            }
            catch (LabException) when (wait < s_lastWait)
            {
                Thread.Sleep(wait); // longer and longer, because the failed attempt has used some of the room again
            }
        }
    }

    /// <summary>Starts another process that has a lab. If there is no room, it ends at once.</summary>
    static Process LiveOnceThereIsRoom()
    {
        for (TimeSpan wait = s_firstWait; ; wait *= 2)
        {
            var other = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, ["live", "forget"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            while (other.StandardOutput.ReadLine() is { } line)
            {
                if (line == "ready")
                    return other;
            }

            other.Dispose();
            if (wait > s_lastWait)
                throw new TimeoutException("There is no room.");

            Thread.Sleep(wait);
        }
    }

    /// <summary>Starts a process that prints the id of its child.</summary>
    static Process StartWithChild(LabHost host) =>
        host.Start(new ProcessStartInfo("sh", ["-c", "setsid sleep 1000 & echo $!; wait"]) { RedirectStandardOutput = true });
}
