using System.Net.Sockets;

namespace Mptcp.Sockets;

/// <summary>A listening socket that systemd passed to this process. See <see cref="MptcpSocketActivation"/>.</summary>
public sealed class MptcpActivatedSocket
{
    internal MptcpActivatedSocket(string name, Socket socket)
    {
        Name = name;
        Socket = socket;
    }

    /// <summary>
    /// Gets the name of the socket from systemd's <c>FileDescriptorName=</c>. systemd's default is the name of the socket unit. If no
    /// names were passed, the name is <c>unknown</c>.
    /// </summary>
    public string Name { get; }

    /// <summary>Gets the listening socket. The caller owns it and must dispose of it.</summary>
    public Socket Socket { get; }

    /// <summary>Splits the object into its two parts, as in <c>foreach ((string name, Socket socket) in sockets)</c>.</summary>
    /// <param name="name">The <see cref="Name"/>.</param>
    /// <param name="socket">The <see cref="Socket"/>.</param>
    public void Deconstruct(out string name, out Socket socket) => (name, socket) = (Name, Socket);
}
