using System.Net;
using Mptcp.Netlink;

// Tries every operation, and prints each outcome in one line.
using MptcpPathManager manager = MptcpPathManager.Open();
using MptcpUserspacePathManager userspace = MptcpUserspacePathManager.Open();
IPEndPoint end = new(IPAddress.Loopback, 80), other = new(IPAddress.Loopback, 81);
var withSubflows = new MptcpConnectionFilter { IncludeSubflows = true };

Say("endpoints", () => string.Join(',', manager.GetEndpoints().Select(endpoint => endpoint.Address)));
Say("endpoint", () => manager.GetEndpoint(1)?.Address);
Say("limits", () => manager.GetLimits());
Say("connections", () => string.Join(',', MptcpConnections.List().Select(connection => $"{connection.Token:x8}").Order()));
Say("subflows", () => MptcpConnections.List(withSubflows).Select(connection => connection.Subflows?.Count ?? 0).Max());
Say("privileged", () => MptcpConnections.List(withSubflows).Any(connection => connection.Subflows?.Any(subflow => subflow.MapSequence is not null) ?? false));
Say("found", () => MptcpConnections.Find(MptcpConnections.List()[0].Token) is not null);

Say("add", () => manager.AddEndpoint(IPAddress.Parse("10.0.0.9"), MptcpEndpointFlags.Subflow));
Say("remove", () => Do(() => manager.RemoveEndpoint(1)));
Say("flush", () => Do(manager.FlushEndpoints));
Say("flags", () => manager.SetEndpointFlags(1, MptcpEndpointFlags.Subflow | MptcpEndpointFlags.Backup));
Say("limit", () => Do(() => manager.SetLimits(new MptcpLimits(1, 1))));
Say("announce", () => Do(() => userspace.Announce(1, 1, IPAddress.Loopback)));
Say("withdraw", () => Do(() => userspace.Withdraw(1, 1)));
Say("create", () => Do(() => userspace.CreateSubflow(1, 1, IPAddress.Loopback, end)));
Say("destroy", () => Do(() => userspace.DestroySubflow(1, end, other)));
Say("backup", () => Do(() => userspace.SetBackup(1, end, other, true)));
Say("events", () => MptcpEventMonitor.Open());

static void Say(string what, Func<object?> body)
{
    try
    {
        Console.WriteLine($"{what}: {body()}");
    }
    catch (MptcpNetlinkException e)
    {
        Console.WriteLine($"{what}: {e.GetType().Name} {e.ErrorNumber} {e.Message}");
    }
}

static string Do(Action body)
{
    body();
    return "done";
}
