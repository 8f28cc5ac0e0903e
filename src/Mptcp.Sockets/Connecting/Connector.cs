using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>From a name or end point to one connected socket. Checks everything before a name is resolved or a socket made.</summary>
static class Connector
{
    internal static Socket Connect(EndPoint remoteEndPoint, MptcpConnectOptions? options)
    {
        options = Check(remoteEndPoint, options);
        IPEndPoint[] targets = remoteEndPoint is DnsEndPoint name
            ? Targets(Addresses.Resolve(name.Host), name, options)
            : [AsTarget((IPEndPoint)remoteEndPoint)];

        var request = new OptionsRequest(targets, options);
        return Checked(Race.Run(request), options, request);
    }

    internal static ValueTask<Socket> ConnectAsync(EndPoint remoteEndPoint, MptcpConnectOptions? options, CancellationToken cancellationToken) =>
        ConnectCheckedAsync(remoteEndPoint, Check(remoteEndPoint, options), cancellationToken);

    static async ValueTask<Socket> ConnectCheckedAsync(EndPoint remoteEndPoint, MptcpConnectOptions options, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IPEndPoint[] targets = remoteEndPoint is DnsEndPoint name
            ? Targets(await Addresses.ResolveAsync(name.Host, cancellationToken).ConfigureAwait(false), name, options)
            : [AsTarget((IPEndPoint)remoteEndPoint)];

        var request = new OptionsRequest(targets, options);
        return Checked(await Race.RunAsync(request, cancellationToken).ConfigureAwait(false), options, request);
    }

    /// <summary>What is known only now: what the connect has taught, and whether the peer speaks Multipath TCP.</summary>
    static Socket Checked(Socket socket, MptcpConnectOptions options, ConnectRequest request)
    {
        try
        {
            Log.Blackhole(request.Logger, request.LearnedBlackhole);
            if (!options.RequireMptcpPeer && !Log.IsConnectedEnabled(request.Logger))
                return socket;

            MptcpState state = socket.GetMptcpState();
            Log.Connected(request.Logger, socket.RemoteEndPoint, state);
            return !options.RequireMptcpPeer || state == MptcpState.Mptcp ? socket : throw new MptcpFallbackException(socket.RemoteEndPoint);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

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

    static IPEndPoint AsTarget(IPEndPoint endPoint) => endPoint.Address.IsIPv4MappedToIPv6 ? Addresses.Target(endPoint.Address, endPoint.Port) : endPoint;

    /// <summary>The addresses of a name that can be connected to from the local end point, of the family that the name asks for.</summary>
    static IPEndPoint[] Targets(IPAddress[] addresses, DnsEndPoint name, MptcpConnectOptions options)
    {
        AddressFamily wanted = options.LocalEndPoint?.AddressFamily ?? name.AddressFamily;
        IEnumerable<IPAddress> usable = Require.IsInternet(wanted)
            ? addresses.Where(address => address.AddressFamily == wanted)
            : addresses;

        IPEndPoint[] targets = Addresses.Interleave(usable.Select(address => Addresses.Target(address, name.Port)));
        return targets.Length > 0
            ? targets
            : throw new SocketException((int)SocketError.HostNotFound, $"{name.Host} has no address of family {wanted}.");
    }
}
