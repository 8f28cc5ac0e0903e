using System.Runtime.InteropServices;
using static Mptcp.Lab.Interop.RouteLayout;

namespace Mptcp.Lab.Interop;

/// <summary>Reads the attributes of an answer. No length is trusted.</summary>
static unsafe class RouteAttributes
{
    /// <summary>Finds the value of an attribute; empty if there is none.</summary>
    internal static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> attributes, ushort type)
    {
        while (attributes.Length >= sizeof(nlattr))
        {
            nlattr attribute = MemoryMarshal.Read<nlattr>(attributes);
            if (attribute.nla_len < sizeof(nlattr) || attribute.nla_len > attributes.Length)
                break;

            if (attribute.nla_type == type)
                return attributes[sizeof(nlattr)..attribute.nla_len];

            attributes = attributes[Math.Min(Align(attribute.nla_len), attributes.Length)..];
        }

        return [];
    }
}
