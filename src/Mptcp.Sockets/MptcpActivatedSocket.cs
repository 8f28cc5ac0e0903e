using System.Net.Sockets;

namespace Mptcp.Sockets;

/// <summary>A listening socket that this process was started with: see <see cref="MptcpSocketActivation"/>.</summary>
/// <param name="Name">What it is called: systemd's <c>FileDescriptorName=</c>, which is the socket unit's name by default; <c>unknown</c> where no names were given.</param>
/// <param name="Socket">An ordinary <see cref="System.Net.Sockets.Socket"/> that listens; it is the caller's to dispose of.</param>
public sealed record MptcpActivatedSocket(string Name, Socket Socket);
