using System.Diagnostics;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Netlink.Interop;
using Mptcp.Netlink.PathManager;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Tests;

/// <summary>
/// Parsing any bytes ends in a result or an <see cref="InvalidDataException"/>. Parsing has no unsafe code, so a read outside of a buffer
/// would be another exception. An endless loop would exceed the time limit.
/// </summary>
public class ParsingFuzzTests
{
    const int Blocks = 40, CasesOfABlock = 25_000;

    [Fact(Timeout = 5 * Limit.OfATest)]
    public void A_million_random_datagrams_are_parsed_or_refused()
    {
        const int seed = 262;
        var watch = Stopwatch.StartNew();
        long refused = 0, read = 0;
        Parallel.For(0, Blocks, block =>
        {
            var fuzzer = new Fuzzer(seed + block);
            for (int i = 0; i < CasesOfABlock; i++)
            {
                try
                {
                    fuzzer.Next();
                }
                catch (InvalidDataException)
                {
                    fuzzer.Refused++;
                }
                catch (Exception e)
                {
                    Assert.Fail($"Case {i} of the block with the seed {seed + block}: {e}");
                }
            }

            Interlocked.Add(ref refused, fuzzer.Refused);
            Interlocked.Add(ref read, fuzzer.Read);
        });

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Blocks * CasesOfABlock:N0} datagrams from the seed {seed} in {watch.Elapsed.TotalSeconds:F1} s: {refused:N0} refused, {read:N0} messages read.");
        refused.Should().BeGreaterThan(Blocks * CasesOfABlock / 20, "invalid lengths are refused");
        read.Should().BeGreaterThan(Blocks * CasesOfABlock / 4, "valid messages are parsed");
    }

    sealed class Fuzzer(int seed)
    {
        readonly Random _random = new(seed);
        readonly byte[] _buffer = new byte[2048];
        readonly byte[] _noise = new byte[256];

        internal long Refused { get; set; }

        internal long Read { get; private set; }

        internal void Next()
        {
            ushort type = _random.Next(8) switch
            {
                0 => NLMSG_ERROR,
                1 => NLMSG_DONE,
                2 => SOCK_DIAG_BY_FAMILY,
                _ => (ushort)_random.Next(1 << 16),
            };
            _random.NextBytes(_noise);
            int kind = _random.Next(10);
            var writer = new NetlinkMessageWriter(_buffer, type, (ushort)(_random.Next(2) == 0 ? NLM_F_ACK_TLVS : _random.Next(1 << 16)));
            Span<byte> header = writer.Header(kind switch { 0 or 1 => NetlinkLayout.inet_diag_msg.Size, 5 => sizeof(int), 6 => RouteLayout.ifinfomsg.Size, 7 => RouteLayout.ifaddrmsg.Size, 8 => RouteLayout.rtmsg.Size, 9 => RouteLayout.fib_rule_hdr.Size, _ => NetlinkLayout.genlmsghdr.Size });
            if (kind is <= 1 or >= 6)
            {
                _noise.AsSpan(0, header.Length).CopyTo(header);
                header[0] = (byte)(IsRare() ? header[0] : _random.Next(2) == 0 ? 2 : 10);
            }
            else
            {
                header[0] = (byte)_random.Next(20);
            }

            Attributes(ref writer, depth: 0);
            Span<byte> datagram = writer.Message;
            for (int lies = IsRare() ? _random.Next(1, 8) : 0; lies > 0; lies--)
                datagram[_random.Next(datagram.Length)] = (byte)_random.Next(256);

            Parse(IsRare() ? datagram[.._random.Next(datagram.Length)] : datagram, kind);
        }

        void Parse(ReadOnlySpan<byte> datagram, int kind)
        {
            foreach (NetlinkMessage message in new NetlinkMessages(datagram))
            {
                Demand(IsSane(message));
                switch (kind)
                {
                    case 0:
                        MptcpConnection connection = ConnectionParser.Parse(message, _random.Next(2) == 0);
                        Demand(connection is { LocalEndPoint.Port: >= 0, RemoteEndPoint.Port: >= 0, ReceiveQueue: >= 0, Inode: >= 0 });
                        break;
                    case 1:
                        if (ConnectionSubflowParser.TryParse(message, out _, out MptcpConnectionSubflow subflow))
                            Demand(subflow is { LocalEndPoint.Port: >= 0, Tcp.BytesSent: null or >= 0, MapDataLength: null or >= 0 });
                        break;
                    case 2:
                        EventParser.Parse(message).ToString();
                        break;
                    case 3:
                        EndpointParser.Parse(message).ToString();
                        break;
                    case 4:
                        if (_random.Next(2) == 0)
                            Demand(EndpointParser.ParseLimits(message).ExtraSubflows >= 0);
                        else
                            Demand(GenericNetlinkFamily.Parse(message).Groups.Count < 100);
                        break;
                    case 6:
                        Demand(LinkMessage.Parse(message).Name is not null);
                        break;
                    case 7 when AddressMessage.Parse(message) is { } address:
                        InterfaceTable.Build([new LinkMessage(address.Index, "eth0", 1)], [address], _ => null).ToString();
                        break;
                    case 8:
                        Demand(RouteMessage.Parse(message).All(route => route.Destination.PrefixLength <= 128));
                        break;
                    case 9 when RuleMessage.Parse(message) is { } rule:
                        Demand(rule.Priority >= 0);
                        break;
                    default:
                        break;
                }

                Read++;
            }
        }

        static bool IsSane(NetlinkMessage message) =>
            message.Type is not (NLMSG_ERROR or NLMSG_DONE) || NetlinkRefusal.Parse(message) is { Errno: >= 0 };

        /// <summary>Writes attributes, mostly with their proper sizes, and sometimes nested.</summary>
        void Attributes(ref NetlinkMessageWriter writer, int depth)
        {
            for (int count = _random.Next(depth == 0 ? 20 : 8); count > 0; count--)
            {
                ushort type = (ushort)_random.Next(1, 23);
                if (depth < 3 && _random.Next(4) == 0)
                {
                    int nest = writer.BeginNest(type);
                    if (writer.Message.Length < 1200)
                        Attributes(ref writer, depth + 1);

                    writer.EndNest(nest);
                    continue;
                }

                if (writer.Message.Length < 1500)
                    writer.Bytes(type, _noise.AsSpan(0, _random.Next(32) switch { 0 => _random.Next(200), < 8 => 8, < 16 => 96, _ => 16 }));
            }
        }

        static void Demand(bool isTrue)
        {
            if (!isTrue)
                throw new InvalidOperationException("A result that cannot be.");
        }

        bool IsRare() => _random.Next(16) == 0;
    }
}
