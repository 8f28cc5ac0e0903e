namespace Reliability.Roles;

/// <summary>How a client connects.</summary>
enum Way
{
    /// <summary>By a name that has all addresses.</summary>
    Name,

    /// <summary>By a name, and only with MPTCP sockets.</summary>
    Required,

    /// <summary>With MptcpTcpClient, to a list of addresses.</summary>
    Client,

    /// <summary>With a TCP socket, through the gateway.</summary>
    Gateway,
}
