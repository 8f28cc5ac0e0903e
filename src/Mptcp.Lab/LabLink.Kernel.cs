using System.Globalization;

namespace Mptcp.Lab;

/// <content>How a link and its faults are made.</content>
public sealed partial class LabLink
{
    /// <summary>Makes the link, or leaves nothing of it.</summary>
    internal void Make()
    {
        try
        {
            Connect();
            First.Furnish();
            Second.Furnish();
            lock (Lock)
                Settle();
        }
        catch (LabException e)
        {
            Undo(Remove, e);
            throw;
        }
        catch (ObjectDisposedException)
        {
            End(); // all else goes with the network
            throw;
        }
    }

    /// <summary>Ends what carries its packets, and what writes them to files.</summary>
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
            FirstHost.Tell(RouteRequests.AddCable(this));
            return;
        }

        LabHost backstage = FirstHost.Network.Backstage;
        foreach (LabInterface end in new[] { First, Second })
            end.Host.Tell(RouteRequests.AddCable(end, backstage));

        _wire = Wire.Start(this, backstage);
    }

    void Remove()
    {
        FirstHost.TellIfThere([RouteRequests.RemoveDevice(Name)]);
        SecondHost.TellIfThere([RouteRequests.RemoveDevice(Name)]);
        End();
        First.Unfurnish();
        Second.Unfurnish();
    }

    /// <summary>
    /// Changes how many faults want something of the ends, by 1 now and by -1 when the fault is lifted, and makes the ends so. If the kernel refuses, the
    /// change is taken back.
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
                    Settle();
                }
                catch (LabException e)
                {
                    change(-by);
                    Undo(Settle, e);
                    throw;
                }
            }
        }
    }

    /// <summary>Makes both ends what the faults leave of them. The caller holds the <see cref="Lock"/>.</summary>
    internal void Settle()
    {
        LabInterface[] ends = [First, Second];
        bool[] didPass = [.. ends.Select(end => end.ShouldPass)];
        LabInterface[] nowUp = [.. ends.Where(end => end.Settle())];
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
                Undo(LeaveInPeace, e);
                throw;
            }
        }

        return new LabFault($"{Name} {what}{(from is null ? "" : $" of {from.Name}")}", LeaveInPeace);

        void LeaveInPeace()
        {
            while (affected.TryPeek(out LabInterface? receiver))
            {
                receiver.LeaveInPeace(chain);
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
            throw new InvalidOperationException($"Link '{Name}' was made without a delay: give its options a {nameof(LabLinkOptions.Delay)}, which can be zero.");

        return from is null ? [First, Second] : [GetInterface(from)];
    }

    static void CheckProbability(double probability)
    {
        if (!(probability is > 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(probability), probability, "The probability must be above 0 and up to 1.");
    }

    static void Undo(Action undo, LabException why)
    {
        try
        {
            undo();
        }
        catch (LabException more)
        {
            throw new LabException($"{why.Message} The lab could not go back to what it was: {more.Message}", new AggregateException(why, more));
        }
    }

    void CheckEnd(LabHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host != FirstHost && host != SecondHost)
            throw new ArgumentException($"Host '{host.Name}' is not on link '{Name}', which connects '{FirstHost.Name}' and '{SecondHost.Name}'.", nameof(host));
    }
}
