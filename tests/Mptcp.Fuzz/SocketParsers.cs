using System.Buffers.Binary;
using System.Text;
using Mptcp.Sockets;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Fuzz.Parsers;

namespace Mptcp.Fuzz;

/// <summary>The parsers of Mptcp.Sockets: answers of getsockopt(2), a file of /proc, and variables. Kernel data that makes no sense is an <see cref="InvalidDataException"/>.</summary>
static class SocketParsers
{
    const int MostOfASubflow = 8;

    /// <summary>The first byte says whether the kernel reports kinds of endpoints.</summary>
    internal static void Info(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty)
            return;

        try
        {
            MptcpInfo info = InfoParser.Parse(input[1..], hasEndpointKinds: input[0] != 0);
            Demand(info is { BytesSent: null or >= 0, BytesReceived: null or >= 0, BytesAcked: null or >= 0, BytesRetransmitted: null or >= 0 }, "no quantity is below 0");
            Demand(info is { LastAckReceived: null or { Ticks: >= 0 }, LastDataSent: null or { Ticks: >= 0 } }, "no time is below 0");
            info.ToString();
        }
        catch (InvalidDataException)
        {
        }
    }

    /// <summary>The structure, and a length that divides the rest into the two arrays.</summary>
    internal static void FullInfo(ReadOnlySpan<byte> input)
    {
        const int before = NativeSubflows.FullInfoHeader + sizeof(ushort);
        if (input.Length < before)
            return;

        Span<MptcpSubflow> subflows = new MptcpSubflow[MostOfASubflow];
        try
        {
            ReadOnlySpan<byte> infos = Divide(input[NativeSubflows.FullInfoHeader..], out ReadOnlySpan<byte> tcpInfos);
            int count = SubflowParser.ParseFullInfo(input[..NativeSubflows.FullInfoHeader], infos, tcpInfos, subflows);
            Check(subflows[..Math.Min(count, subflows.Length)]);
        }
        catch (InvalidDataException)
        {
        }
    }

    /// <summary>A length that divides the rest into the two lists.</summary>
    internal static void SubflowLists(ReadOnlySpan<byte> input)
    {
        if (input.Length < sizeof(ushort))
            return;

        Span<MptcpSubflow> subflows = new MptcpSubflow[MostOfASubflow];
        try
        {
            ReadOnlySpan<byte> addresses = Divide(input, out ReadOnlySpan<byte> tcpInfos);
            int count = SubflowParser.ParseLists(addresses, tcpInfos, subflows, out bool isMatch);
            Check(subflows[..Math.Min(count, subflows.Length)]);
            Demand(isMatch || count == 0 || subflows[0].BytesSent is null, "values of another subflow are not reported");
        }
        catch (InvalidDataException)
        {
        }
    }

    internal static void Counters(ReadOnlySpan<byte> input)
    {
        var counters = CounterParser.Parse(Encoding.UTF8.GetString(input), "MPTcpExt:");
        Demand(counters.Count <= input.Length, "each counter is in the file");
        Demand(counters.Keys.All(name => name.Length > 0), "each counter has a name");
    }

    /// <summary>The values of the three variables, one a line.</summary>
    internal static void Activation(ReadOnlySpan<byte> input)
    {
        string[] variables = Encoding.UTF8.GetString(input).Split('\n');
        try
        {
            foreach ((int descriptor, string name) in ActivationVariables.Parse(1, variables[0], variables.ElementAtOrDefault(1), variables.ElementAtOrDefault(2)).Take(100))
                Demand(descriptor >= ActivationVariables.FirstDescriptor && name is not null, "no descriptor is below the first");
        }
        catch (InvalidOperationException e)
        {
            Demand(e.Message.Contains("LISTEN_", StringComparison.Ordinal), "an error names the variable");
        }
    }

    static ReadOnlySpan<byte> Divide(ReadOnlySpan<byte> input, out ReadOnlySpan<byte> second)
    {
        ReadOnlySpan<byte> rest = input[sizeof(ushort)..];
        int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(input), rest.Length);
        second = rest[length..];
        return rest[..length];
    }

    static void Check(ReadOnlySpan<MptcpSubflow> subflows)
    {
        foreach (ref readonly MptcpSubflow subflow in subflows)
        {
            Demand(subflow is { BytesSent: null or >= 0, PacingRate: null or >= 0, SmoothedRtt: null or { Ticks: >= 0 }, MinimumRtt: null or { Ticks: >= 0 } }, "no value is below 0");
            subflow.LocalEndPoint.ToString();
            subflow.RemoteEndPoint.ToString();
        }
    }
}
