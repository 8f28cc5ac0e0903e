using System.Net.Sockets;

namespace Mptcp.Sockets;

/// <summary>A listening socket that systemd passed to this process. See <see cref="MptcpSocketActivation"/>.</summary>
/// <param name="Name">The name from systemd's <c>FileDescriptorName=</c>, by default the name of the socket unit. <c>unknown</c> if no names were passed.</param>
/// <param name="Socket">The listening socket. The caller owns it and must dispose of it.</param>
public sealed record MptcpActivatedSocket(string Name, Socket Socket);
