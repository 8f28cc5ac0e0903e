using Microsoft.Extensions.Options;
using Mptcp.Netlink;

namespace PathPolicy;

/// <summary>Prints the paths that open and close. Otherwise, it acts like the policy of the package. Your own policy overrides the methods that it needs.</summary>
sealed class TalkativePolicy(IOptions<MptcpInterfacesPolicyOptions> options, ILoggerFactory loggers) : MptcpInterfacesPolicy(options, loggers)
{
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
