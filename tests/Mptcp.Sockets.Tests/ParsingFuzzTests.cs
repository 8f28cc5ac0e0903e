using System.Buffers.Binary;
using System.Diagnostics;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Tests;

/// <summary>
/// Parsing any bytes ends in a result or an <see cref="InvalidDataException"/>. Parsing has no unsafe code, so a read outside of a buffer
/// would be another exception. An endless loop would exceed the time limit.
/// </summary>
public class ParsingFuzzTests
{
    const int Blocks = 100, CasesOfABlock = 100_000;
    const int MostOfASubflow = 8;

    static readonly uint[] s_lies = [0, 1, 2, 7, 8, 15, 16, 40, 127, 128, 208, 255, 256, 257, 264, 1024, 1025, 65_536, int.MaxValue, 1u << 31, uint.MaxValue - 7, uint.MaxValue];

    [Fact(Timeout = 10 * Limit.OfATest)]
    public void Ten_million_random_answers_are_parsed_or_refused()
    {
        const int seed = 8684;
        var watch = Stopwatch.StartNew();
        long refused = 0, allocated = 0;

        Parallel.For(0, Blocks, block =>
        {
            var fuzzer = new Fuzzer(seed + block);
            long before = GC.GetAllocatedBytesForCurrentThread();
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

            Interlocked.Add(ref allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            Interlocked.Add(ref refused, fuzzer.Refused);
        });

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Blocks * CasesOfABlock:N0} cases from the seed {seed} in {watch.Elapsed.TotalSeconds:F1} s: {refused:N0} refused, {allocated / (Blocks * CasesOfABlock)} bytes allocated for each.");
        refused.Should().BeGreaterThan(0, "invalid lengths are refused").And.BeLessThan(Blocks * CasesOfABlock / 2, "most answers are valid");
        (allocated / (Blocks * CasesOfABlock)).Should().BeLessThan(1000, "only exceptions and names of counters need memory");
    }

    sealed class Fuzzer(int seed)
    {
        readonly Random _random = new(seed);
        readonly byte[] _noise = Noise(seed);
        readonly byte[] _first = new byte[KernelLayout.mptcp_subflow_data.Size + MostOfASubflow * KernelLayout.mptcp_subflow_info.Size];
        readonly byte[] _second = new byte[KernelLayout.mptcp_subflow_data.Size + MostOfASubflow * KernelLayout.tcp_info.LengthRead];
        readonly byte[] _header = new byte[NativeSubflows.FullInfoHeader];
        readonly MptcpSubflow[] _subflows = new MptcpSubflow[MostOfASubflow];

        internal long Refused { get; set; }

        internal void Next()
        {
            switch (_random.Next(16))
            {
                case < 5:
                    Info();
                    break;
                case < 10:
                    FullInfo();
                    break;
                case < 15:
                    Lists();
                    break;
                default:
                    Counters();
                    break;
            }
        }

        void Info()
        {
            int length = IsRare() ? _random.Next(200) : _random.Next(InfoParser.Shortest, KernelLayout.mptcp_info.Size + 1);
            MptcpInfo info = InfoParser.Parse(Random(length), _random.Next(2) == 0);

            Demand(info.BytesAcked is null or >= 0 && info.LastAckReceived is null || info.LastAckReceived >= TimeSpan.Zero);
            Demand(length >= 80 || info.BytesSent is null && info.Retransmits is null);
            Demand(length >= 96 || info.LastDataSent is null);
        }

        void FullInfo()
        {
            int subflows = _random.Next(MostOfASubflow + 1), room = _random.Next(MostOfASubflow + 1);
            Fill(_header);
            Write(_header, KernelLayout.mptcp_full_info.num_subflows, Maybe((uint)subflows));
            Write(_header, KernelLayout.mptcp_full_info.size_sfinfo_user, Maybe(KernelLayout.mptcp_subflow_info.Size));
            Write(_header, KernelLayout.mptcp_full_info.size_tcpinfo_user, Maybe(KernelLayout.tcp_info.LengthRead));
            Span<byte> infos = _first.AsSpan(0, room * KernelLayout.mptcp_subflow_info.Size);
            Fill(infos);
            for (int i = 0; i < room; i++)
                Addresses(infos[(i * KernelLayout.mptcp_subflow_info.Size + KernelLayout.mptcp_subflow_info.addrs)..]);

            Span<byte> tcp = _second.AsSpan(0, room * KernelLayout.tcp_info.LengthRead);
            Fill(tcp);
            int count = SubflowParser.ParseFullInfo(Truncate(_header), Truncate(infos), Truncate(tcp), _subflows.AsSpan(0, room));

            Check(Math.Min(count, room));
        }

        void Lists()
        {
            int subflows = _random.Next(MostOfASubflow + 1), room = _random.Next(MostOfASubflow + 1);
            Span<byte> addresses = List(_first, subflows, Math.Min(subflows, room), KernelLayout.mptcp_subflow_addrs.Size);
            for (int i = 0; i < Math.Min(subflows, room); i++)
                Addresses(addresses[(KernelLayout.mptcp_subflow_data.Size + i * KernelLayout.mptcp_subflow_addrs.Size)..]);

            Span<byte> tcp = List(_second, IsRare() ? _random.Next(MostOfASubflow + 1) : subflows, Math.Min(subflows, room), KernelLayout.tcp_info.LengthRead);
            int count = SubflowParser.ParseLists(Truncate(addresses), Truncate(tcp), _subflows.AsSpan(0, room), out bool isMatch);

            Check(Math.Min(count, room));
            Demand(isMatch || count == 0 || room == 0 || _subflows[0].BytesSent is null);
        }

        void Counters()
        {
            Span<char> text = stackalloc char[120];
            "MPTcpExt: A B C D E F\nMPTcpExt: 1 2 3 4 5 18446744073709551615\nIpExt: X\nMPTcpExt: A\nMPTcpExt: 0\n".CopyTo(text);
            for (int i = _random.Next(6); i > 0; i--)
                text[_random.Next(text.Length)] = " \n:M9-\r\0A"[_random.Next(9)];

            Demand(CounterParser.Parse(text[.._random.Next(text.Length)], "MPTcpExt:").Count < text.Length);
        }

        Span<byte> List(byte[] bytes, int count, int given, int size)
        {
            Span<byte> list = bytes.AsSpan(0, KernelLayout.mptcp_subflow_data.Size + given * size);
            Fill(list);
            Write(list, KernelLayout.mptcp_subflow_data.num_subflows, Maybe((uint)count));
            Write(list, KernelLayout.mptcp_subflow_data.size_user, Maybe((uint)size));
            return list;
        }

        /// <summary>Writes valid address families most of the time.</summary>
        void Addresses(Span<byte> addresses)
        {
            if (IsRare())
                return;

            ushort family = _random.Next(2) == 0 ? (ushort)2 : (ushort)10;
            MemoryMarshal.Write(addresses, family);
            MemoryMarshal.Write(addresses[KernelLayout.mptcp_subflow_addrs.ss_remote..], family);
            if (family == 10 && _random.Next(2) == 0)
            {
                addresses[8..18].Clear();
                BinaryPrimitives.WriteUInt16BigEndian(addresses[18..], 0xFFFF);
            }
        }

        void Check(int count)
        {
            for (int i = 0; i < count; i++)
            {
                ref readonly MptcpSubflow subflow = ref _subflows[i];
                Demand(subflow is { BytesSent: null or >= 0, PacingRate: null or >= 0, CongestionWindow: null or >= 0, SmoothedRtt: null or { Ticks: >= 0 } });
                Demand(i > 0 || subflow.RemoteEndPoint.Port >= 0);
            }
        }

        static void Demand(bool isTrue)
        {
            if (!isTrue)
                throw new InvalidOperationException("A result that cannot be.");
        }

        bool IsRare() => _random.Next(16) == 0;

        uint Maybe(uint truth) => IsRare() ? s_lies[_random.Next(s_lies.Length)] : truth;

        Span<byte> Truncate(Span<byte> bytes) => IsRare() ? bytes[.._random.Next(bytes.Length + 1)] : bytes;

        ReadOnlySpan<byte> Random(int length) => _noise.AsSpan(_random.Next(_noise.Length - length), length);

        void Fill(Span<byte> bytes) => Random(bytes.Length).CopyTo(bytes);

        static void Write(Span<byte> bytes, int offset, uint value) => MemoryMarshal.Write(bytes[offset..], value);

        /// <summary>Random bytes, with regions of only zeros or ones.</summary>
        static byte[] Noise(int seed)
        {
            byte[] bytes = new byte[1 << 16];
            new Random(seed).NextBytes(bytes);
            bytes.AsSpan(0, 1 << 12).Clear();
            bytes.AsSpan(1 << 12, 1 << 12).Fill(byte.MaxValue);
            return bytes;
        }
    }
}
