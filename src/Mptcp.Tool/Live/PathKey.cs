using System.Net;
using Mptcp.Netlink;

namespace Mptcp.Tool.Live;

/// <summary>A path of a connection, or the connection itself where it has no end points.</summary>
readonly record struct PathKey(uint Token, IPEndPoint? Local = null, IPEndPoint? Remote = null)
{
    internal static PathKey Of(MptcpConnection connection) => new(connection.Token);

    internal static PathKey Of(MptcpConnection connection, MptcpConnectionSubflow subflow) => new(connection.Token, subflow.LocalEndPoint, subflow.RemoteEndPoint);
}
