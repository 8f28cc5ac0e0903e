using Microsoft.Extensions.Options;
using Mptcp.Netlink;

namespace PathPolicy;

/// <summary>The policy of the package, which also says what comes of what it does: a policy of your own overrides what is of interest to it.</summary>
sealed class TalkativePolicy(IOptions<MptcpInterfacesPolicyOptions> options, ILoggerFactory loggers) : MptcpInterfacesPolicy(options, loggers)
{
    public override ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
    {
        Console.WriteLine($"{connection} is established");
        return base.OnConnectionEstablishedAsync(connection, cancellationToken);
    }

    public override ValueTask OnConnectionClosedAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
    {
        Console.WriteLine($"{connection} has ended");
        return base.OnConnectionClosedAsync(connection, cancellationToken);
    }

    public override ValueTask OnSubflowEstablishedAsync(MptcpPathConnection connection, MptcpSubflowEstablished subflow, CancellationToken cancellationToken)
    {
        Console.WriteLine($"{connection} has a path {subflow.LocalEndPoint} - {subflow.RemoteEndPoint}");
        return base.OnSubflowEstablishedAsync(connection, subflow, cancellationToken);
    }

    public override ValueTask OnSubflowClosedAsync(MptcpPathConnection connection, MptcpSubflowClosed subflow, CancellationToken cancellationToken)
    {
        Console.WriteLine($"{connection} has lost the path {subflow.LocalEndPoint} - {subflow.RemoteEndPoint}");
        return base.OnSubflowClosedAsync(connection, subflow, cancellationToken);
    }
}
