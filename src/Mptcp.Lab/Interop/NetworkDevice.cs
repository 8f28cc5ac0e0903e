using System.Runtime.InteropServices;
using System.Text;
using static Mptcp.Lab.Interop.RouteConstants;
using static Mptcp.Lab.Interop.RouteLayout;

namespace Mptcp.Lab.Interop;

/// <summary>Describes a network device, as reported by the kernel.</summary>
/// <param name="Index">The index of the device.</param>
/// <param name="Passes">Whether the device passes packets. If its queue is "noop", it drops them.</param>
sealed unsafe record NetworkDevice(int Index, bool Passes)
{
    /// <returns><c>null</c> if the namespace has no such device.</returns>
    internal static NetworkDevice? Find(RouteSocket route, string name)
    {
        RouteRequest request = RouteRequest.Create($"find the device {name}", RTM_GETLINK, 0, default(ifinfomsg)).With(IFLA_IFNAME, name);
        return Parse(route.Request(request, ENODEV));
    }

    static NetworkDevice? Parse(byte[] answer)
    {
        if (answer.Length < sizeof(ifinfomsg))
            return null;

        ReadOnlySpan<byte> attributes = answer.AsSpan(sizeof(ifinfomsg));
        bool isUp = RouteAttributes.Find(attributes, IFLA_OPERSTATE) is [IF_OPER_UP];
        string queue = Encoding.UTF8.GetString(RouteAttributes.Find(attributes, IFLA_QDISC).TrimEnd((byte)0));
        return new NetworkDevice(MemoryMarshal.Read<ifinfomsg>(answer).ifi_index, isUp && queue != "noop");
    }
}
