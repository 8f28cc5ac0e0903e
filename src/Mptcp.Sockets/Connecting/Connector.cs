using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;

namespace Mptcp.Sockets.Connecting;

/// <summary>From a name or end point to one connected socket. Checks everything before a name is resolved or a socket made.</summary>
static class Connector
{
    internal static Socket Connect(EndPoint remoteEndPoint, MptcpConnectOptions? options)
    {
        options = Check(remoteEndPoint, options);
        return Race.Run(remoteEndPoint is DnsEndPoint name
            ? Request(name, Addresses.Resolve(name.Host), options)
            : Request((IPEndPoint)remoteEndPoint, options));
    }

    internal static ValueTask<Socket> ConnectAsync(EndPoint remoteEndPoint, MptcpConnectOptions? options, CancellationToken cancellationToken)
    {
        options = Check(remoteEndPoint, options);
        return remoteEndPoint is DnsEndPoint name
            ? ResolveAndConnectAsync(name, options, cancellationToken)
            : Race.RunAsync(Request((IPEndPoint)remoteEndPoint, options), cancellationToken);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    static async ValueTask<Socket> ResolveAndConnectAsync(DnsEndPoint name, MptcpConnectOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IPAddress[] addresses = await Addresses.ResolveAsync(name.Host, cancellationToken).ConfigureAwait(false);
        return await Race.RunAsync(Request(name, addresses, options), cancellationToken).ConfigureAwait(false);
    }

    static OptionsRequest Request(IPEndPoint remoteEndPoint, MptcpConnectOptions options) => new([AsTarget(remoteEndPoint)], options);

    static OptionsRequest Request(DnsEndPoint name, IPAddress[] addresses, MptcpConnectOptions options) =>
        new(Targets(addresses, name, options), options) { Host = name.Host };

    /// <summary>Whether options that are each valid go together.</summary>
    internal static MptcpConnectOptions Check(MptcpConnectOptions options) =>
        options is not { RequireMptcpPeer: true, Mode: MptcpMode.Disabled }
            ? options
            : throw new ArgumentException(
                $"{nameof(MptcpConnectOptions.RequireMptcpPeer)} asks for Multipath TCP and {nameof(MptcpMode)}.{nameof(MptcpMode.Disabled)} forbids it: set one of them only.",
                nameof(options));

    static MptcpConnectOptions Check(EndPoint remoteEndPoint, MptcpConnectOptions? options)
    {
        options = Check(options ?? MptcpConnectOptions.Default);
        ArgumentNullException.ThrowIfNull(remoteEndPoint);
        switch (remoteEndPoint)
        {
            case DnsEndPoint name:
                Require.RemotePort(name.Port, nameof(remoteEndPoint));
                break;
            case IPEndPoint address:
                Require.RemotePort(address.Port, nameof(remoteEndPoint));
                if (options.LocalEndPoint is { } local && local.AddressFamily != AsTarget(address).AddressFamily)
                {
                    throw new ArgumentException(
                        $"{nameof(MptcpConnectOptions.LocalEndPoint)} {local} is of another address family than {address}.", nameof(options));
                }

                break;
            default:
                throw new ArgumentException(
                    $"The end point must be an IPEndPoint or a DnsEndPoint, not {remoteEndPoint.GetType().Name} ({remoteEndPoint.AddressFamily}).",
                    nameof(remoteEndPoint));
        }

        return options;
    }

    /// <summary>Always a copy: end points can be changed, and later attempts must go where the first went.</summary>
    static IPEndPoint AsTarget(IPEndPoint endPoint) => Addresses.Target(endPoint.Address, endPoint.Port);

    /// <summary>The addresses of a name that can be connected to from the local end point, of the family that the name asks for.</summary>
    static IPEndPoint[] Targets(IPAddress[] addresses, DnsEndPoint name, MptcpConnectOptions options)
    {
        AddressFamily wanted = options.LocalEndPoint?.AddressFamily ?? name.AddressFamily;
        var targets = new IPEndPoint[addresses.Length];
        int count = 0;
        foreach (IPAddress address in addresses)
        {
            if (address.AddressFamily == wanted || !Require.IsInternet(wanted))
                targets[count++] = Addresses.Target(address, name.Port);
        }

        return count > 0
            ? Addresses.Interleave(count == targets.Length ? targets : targets[..count])
            : throw new SocketException((int)SocketError.HostNotFound, $"{name.Host} has no address of family {wanted}.");
    }
}
