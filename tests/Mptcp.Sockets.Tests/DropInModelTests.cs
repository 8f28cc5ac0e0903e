using System.Net.Sockets;
using CsCheck;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>
/// The same random sequence of calls gives the same results and exceptions with the types of .NET and of this library, except for docs/what-differs.md.
/// The sequences are the same in each run. MPTCP_TESTS_EXPLORE=1 tries new ones, and shortens one that differs.
/// </summary>
[Collection(Alone.Name)]
public class DropInModelTests
{
    const int Sequences = 500, NewSequences = 20_000, LongestSequence = 15;

    static bool IsExploring => Environment.GetEnvironmentVariable("MPTCP_TESTS_EXPLORE") == "1";

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(Ends.Mptcp)]
    [InlineData(Ends.MptcpClient)]
    [InlineData(Ends.Tcp)]
    public async Task A_client_answers_every_sequence_of_calls_as_TcpClient_does(Ends ends)
    {
        Pair.NeedsOf(ends, AddressFamily.InterNetworkV6);
        MptcpMode mode = ends == Ends.Tcp ? MptcpMode.Disabled : MptcpMode.Required;
        MptcpMode modeOfPeer = ends == Ends.Mptcp ? MptcpMode.Required : MptcpMode.Disabled;

        await CompareAsync(
            ClientRun.Kinds, [.. ClientRun.Calls.Select(call => call.Name)], kind => new ClientRun(kind, mode: null, modeOfPeer), kind => new ClientRun(kind, mode, modeOfPeer));
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Required)]
    [InlineData(MptcpMode.Disabled)]
    public async Task A_listener_answers_every_sequence_of_calls_as_TcpListener_does(MptcpMode mode)
    {
        Pair.NeedsOf(mode == MptcpMode.Required ? Ends.Mptcp : Ends.Tcp, AddressFamily.InterNetworkV6);

        await CompareAsync(
            ListenerRun.Kinds, [.. ListenerRun.Calls.Select(call => call.Name)], kind => new ListenerRun(kind, mode: null), kind => new ListenerRun(kind, mode));
    }

    static async Task CompareAsync(int kinds, string[] names, Func<int, IRun> startExpected, Func<int, IRun> startActual)
    {
        Gen<(int Call, int Argument)[]> calls = Gen.Select(Gen.Int[0, names.Length - 1], Gen.Int[0, 11]).Array[1, LongestSequence];
        Gen<(int Kind, (int Call, int Argument)[] Calls)> runs = Gen.Select(Gen.Int[0, kinds - 1], calls);
        if (IsExploring)
        {
            await runs.SampleAsync(CompareOneAsync, iter: NewSequences, threads: 1, print: Print);
            return;
        }

        var random = new PCG(stream: 1, seed: 8684);
        for (int i = 0; i < Sequences; i++)
            await CompareOneAsync(runs.Generate(random, null, out _));

        async Task CompareOneAsync((int Kind, (int Call, int Argument)[] Calls) run)
        {
            using IRun expected = startExpected(run.Kind), actual = startActual(run.Kind);
            for (int i = 0; i < run.Calls.Length; i++)
            {
                (int call, int argument) = run.Calls[i];
                (await actual.AnswerAsync(call, argument)).Should().Be(await expected.AnswerAsync(call, argument), ".NET answers so to call {0} of {1}", i + 1, Print(run));
            }
        }

        string Print((int Kind, (int Call, int Argument)[] Calls) run) =>
            $"constructor {run.Kind}: {string.Join(", ", run.Calls.Select(call => $"{names[call.Call]}({call.Argument})"))}";
    }
}
