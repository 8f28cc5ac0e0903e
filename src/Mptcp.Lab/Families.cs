using System.Net.Sockets;

namespace Mptcp.Lab;

/// <summary>The address families of a lab.</summary>
static class Families
{
    internal static readonly AddressFamily[] Both = [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    internal static void Check(AddressFamily family, string parameter)
    {
        if (family is not (AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
            throw new ArgumentException($"A link has addresses of the families InterNetwork and InterNetworkV6, not {family}.", parameter);
    }
}
