using System.Globalization;

namespace Mptcp.Lab;

/// Creates a link and its faults.
public sealed partial class LabLink
{
    /// <summary>Creates the link. On failure, removes it completely.</summary>
    internal void Make()
    {
        try
        {
            Connect();
            First.Configure();
            Second.Configure();
            lock (Lock)
                ApplyFaults();
        }
        catch (LabException e)
        {
            Undo(Remove, e);
            throw;
        }
        catch (ObjectDisposedException)
        {
            End(); // everything else is removed with the network
            throw;
        }
    }

    /// <summary>Stops the thread that carries the packets, and the captures.</summary>
    internal void End()
    {
        lock (Lock)
        {
            _wire?.Dispose();
            foreach (LabCapture capture in _captures)
                capture.Dispose();
        }
    }

    void Connect()
    {
        if (!HasWire)
        {
            FirstHost.Request(RouteRequests.AddCable(this));
            return;
        }

        LabHost backstage = FirstHost.Network.Backstage;
        foreach (LabInterface end in new[] { First, Second })
            end.Host.Request(RouteRequests.AddCable(end, backstage));

        _wire = Wire.Start(this, backstage);
    }

    void Remove()
    {
        FirstHost.RequestIfPresent([RouteRequests.RemoveDevice(Name)]);
        SecondHost.RequestIfPresent([RouteRequests.RemoveDevice(Name)]);
        End();
        First.Unconfigure();
        Second.Unconfigure();
    }

    /// <summary>
    /// Changes the number of faults of a kind at the ends, by 1 now and by -1 when the fault ends, and applies it to the devices. If the
    /// kernel refuses, the change is undone.
    /// </summary>
    internal LabFault Begin(string description, Action<int> change)
    {
        Apply(1);
        return new LabFault(description, () => Apply(-1));

        void Apply(int by)
        {
            FirstHost.ThrowIfGone();
            lock (Lock)
            {
                change(by);
                try
                {
                    ApplyFaults();
                }
                catch (LabException e)
                {
                    change(-by);
                    Undo(ApplyFaults, e);
                    throw;
                }
            }
        }
    }

    /// <summary>Applies all faults to the devices at both ends. The caller holds the <see cref="Lock"/>.</summary>
    internal void ApplyFaults()
    {
        LabInterface[] ends = [First, Second];
        bool[] didPass = [.. ends.Select(end => end.ShouldPass)];
        LabInterface[] nowUp = [.. ends.Where(end => end.ApplyFaults())];
        if (didPass is not [true, true])
        {
            foreach (LabInterface end in ends.Where(end => end.ShouldPass))
                end.Host.AwaitDevice(end.Name);
        }

        foreach (LabInterface end in nowUp)
            end.RestoreRoutes();
    }

    LabFault Interfere(string what, LabHost? from, string rule)
    {
        LabInterface[] receivers = from is null ? [First, Second] : [GetInterface(from).Peer];
        string chain = $"link-{Name}-{Interlocked.Increment(ref _faults)}";
        var affected = new Queue<LabInterface>();
        foreach (LabInterface receiver in receivers)
        {
            try
            {
                receiver.Interfere(chain, rule);
                affected.Enqueue(receiver);
            }
            catch (LabException e)
            {
                Undo(StopInterfering, e);
                throw;
            }
        }

        return new LabFault($"{Name} {what}{(from is null ? "" : $" of {from.Name}")}", StopInterfering);

        void StopInterfering()
        {
            while (affected.TryPeek(out LabInterface? receiver))
            {
                receiver.StopInterfering(chain);
                affected.Dequeue(); // only now: if this has failed, it can be tried again
            }
        }
    }

    LabFault Begin(WireFault.Kind kind, string verb, double probability, LabHost? from)
    {
        CheckProbability(probability);
        var fault = new WireFault(kind, probability);
        LabInterface[] senders = Senders(from, needWire: true);
        lock (Lock)
        {
            foreach (LabInterface sender in senders)
                sender.Begin(fault);
        }

        return new LabFault(string.Create(CultureInfo.InvariantCulture, $"{Name} {verb} {probability * 100:0.###}% of the packets{(from is null ? "" : $" of {from.Name}")}"), () =>
        {
            lock (Lock)
            {
                foreach (LabInterface sender in senders)
                    sender.End(fault);
            }
        });
    }

    LabInterface[] Senders(LabHost? from, bool needWire = false)
    {
        FirstHost.ThrowIfGone();
        if (needWire && !HasWire)
            throw new InvalidOperationException($"Link '{Name}' has no delay: set {nameof(LabLinkOptions.Delay)} in its options, which can be zero.");

        return from is null ? [First, Second] : [GetInterface(from)];
    }

    static void CheckProbability(double probability)
    {
        if (!(probability is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability must be greater than 0 and at most 1.");
    }

    static void Undo(Action undo, LabException why)
    {
        try
        {
            undo();
        }
        catch (LabException more)
        {
            throw new LabException($"{why.Message} The lab could not undo the change: {more.Message}", new AggregateException(why, more));
        }
    }

    void CheckEnd(LabHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host != FirstHost && host != SecondHost)
            throw new ArgumentException($"Host '{host.Name}' is not on link '{Name}', which connects '{FirstHost.Name}' and '{SecondHost.Name}'.", nameof(host));
    }
}
