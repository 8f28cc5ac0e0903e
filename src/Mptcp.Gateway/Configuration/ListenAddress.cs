using System.Net;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Configuration;

/// <summary>Identifies a listening socket. Two equal values mean the same socket, also after a reload.</summary>
/// <param name="EndPoint">The address.</param>
/// <param name="Mode">The protocol.</param>
/// <param name="DualMode">Whether an IPv6 socket accepts IPv4 clients, too.</param>
/// <param name="Owner">The route, if the system chooses the port; otherwise, <see langword="null"/>.</param>
sealed record ListenAddress(IPEndPoint EndPoint, MptcpMode Mode, bool DualMode, string? Owner);
