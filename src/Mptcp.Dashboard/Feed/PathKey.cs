using System.Net;

namespace Mptcp.Dashboard.Feed;

/// <summary>Identifies a path of a connection.</summary>
readonly record struct PathKey(uint Token, IPEndPoint Local, IPEndPoint Remote);
