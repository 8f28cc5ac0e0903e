using Mptcp.Netlink;

namespace Contestant;

/// <summary>Counts the events of the host's connections, until there is none for a while.</summary>
static class Watching
{
    static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);

    internal static async Task MeasureAsync(ISockets sockets, Server server, Stint stint)
    {
        await using MptcpEventMonitor monitor = MptcpEventMonitor.Open();
        Stint.Begin();
        long read = 0, created = 0, established = 0, closed = 0, losses = 0;
        using var quiet = new CancellationTokenSource();
        try
        {
            await foreach (MptcpEvent what in monitor.ReadAllAsync(quiet.Token))
            {
                read++;
                switch (what)
                {
                    case MptcpConnectionCreated:
                        created++;
                        break;
                    case MptcpConnectionEstablished:
                        established++;
                        break;
                    case MptcpConnectionClosed:
                        closed++;
                        break;
                    case MptcpEventsLost:
                        losses++;
                        break;
                }

                if (created > 0)
                    quiet.CancelAfter(s_quiet);
            }
        }
        catch (OperationCanceledException)
        {
            Stint.Say(("operations", read), ("created", created), ("established", established), ("closed", closed), ("losses", losses));
        }
    }
}
