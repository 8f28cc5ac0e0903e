using Mptcp.Fuzz;
using SharpFuzz;

// Run by afl-fuzz: see eng/fuzz.
if (args is not [var name] || !Parsers.All.TryGetValue(name, out Parse? parse))
{
    Console.WriteLine(string.Join('\n', Parsers.All.Keys));
    return args is ["--list"] ? 0 : 2;
}

Fuzzer.Run(stream =>
{
    using var bytes = new MemoryStream();
    stream.CopyTo(bytes);
    parse(bytes.ToArray());
});
return 0;
