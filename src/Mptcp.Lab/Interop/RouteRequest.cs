using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using static Mptcp.Lab.Interop.RouteConstants;
using static Mptcp.Lab.Interop.RouteLayout;

namespace Mptcp.Lab.Interop;

/// <summary>One request to the kernel's rtnetlink(7): a header, a structure, attributes.</summary>
sealed class RouteRequest
{
    readonly List<byte> _bytes = [];

    RouteRequest(string purpose) => Purpose = purpose;

    /// <summary>The purpose of the request, as in "Host 'client' cannot …".</summary>
    internal string Purpose { get; }

    internal static RouteRequest Create<T>(string purpose, ushort type, ushort flags, T body)
        where T : unmanaged
    {
        var request = new RouteRequest(purpose);
        request.Append(new nlmsghdr { nlmsg_type = type, nlmsg_flags = (ushort)(flags | NLM_F_REQUEST) });
        request.Append(body);
        return request;
    }

    internal RouteRequest With(ushort attribute, ReadOnlySpan<byte> value)
    {
        Append(new nlattr { nla_len = (ushort)(Marshal.SizeOf<nlattr>() + value.Length), nla_type = attribute });
        _bytes.AddRange(value);
        _bytes.AddRange(new byte[Align(_bytes.Count) - _bytes.Count]);
        return this;
    }

    internal RouteRequest With(ushort attribute, uint value) => With(attribute, MemoryMarshal.AsBytes(new ReadOnlySpan<uint>(in value)));

    internal RouteRequest With(ushort attribute, string value) => With(attribute, Encoding.UTF8.GetBytes(value + '\0'));

    internal RouteRequest With(ushort attribute, IPAddress value) => With(attribute, value.GetAddressBytes());

    /// <summary>Adds an attribute that consists of other attributes.</summary>
    internal RouteRequest WithNested(ushort attribute, Action<RouteRequest> add)
    {
        var nested = new RouteRequest(Purpose);
        add(nested);
        return With((ushort)(attribute | NLA_F_NESTED), CollectionsMarshal.AsSpan(nested._bytes));
    }

    internal void Append<T>(T structure)
        where T : unmanaged => _bytes.AddRange(MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in structure)));

    /// <summary>Returns the whole message. It always requests an acknowledgement.</summary>
    internal byte[] ToMessage(uint sequence)
    {
        byte[] message = [.. _bytes];
        ref nlmsghdr header = ref MemoryMarshal.AsRef<nlmsghdr>(message.AsSpan());
        header.nlmsg_len = (uint)message.Length;
        header.nlmsg_flags |= NLM_F_ACK;
        header.nlmsg_seq = sequence;
        return message;
    }
}
