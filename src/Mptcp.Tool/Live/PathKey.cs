using System.Net;
using Mptcp.Netlink;

namespace Mptcp.Tool.Live;

/// <summary>Identifies a path of a connection, or the connection itself if there are no end points.</summary>
readonly record struct PathKey(uint Token, IPEndPoint? Local = null, IPEndPoint? Remote = null)
{
    internal static PathKey Of(MptcpConnection connection) => new(connection.Token);

    internal static PathKey Of(MptcpConnection connection, MptcpConnectionSubflow subflow) => new(connection.Token, subflow.LocalEndPoint, subflow.RemoteEndPoint);
}
