using Mptcp.Fuzz;

namespace Mptcp.Netlink.Tests;

/// <summary>Runs the inputs that eng/fuzz begins with or has found. Among them are all that once broke a parser.</summary>
public class FuzzCorpusTests
{
    static readonly string s_corpus = Repository.PathOf("tests/Mptcp.Fuzz/Corpus");

    public static TheoryData<string> Names => [.. Parsers.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_parser_takes_every_known_input_and_every_part_of_it(string name)
    {
        string[] files = Directory.GetFiles(Path.Combine(s_corpus, name));
        files.Should().NotBeEmpty();
        foreach (string file in files)
        {
            byte[] input = File.ReadAllBytes(file);
            for (int length = 0; length <= input.Length; length++)
                Parsers.All[name].Invoking(parse => parse(input.AsSpan(0, length))).Should().NotThrow("{0}, of which it got {1} bytes, is known", file, length);
        }
    }

    [Fact]
    public void Every_corpus_is_of_a_parser() => Directory.GetDirectories(s_corpus).Select(Path.GetFileName).Should().BeEquivalentTo(Parsers.All.Keys);
}
