using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using QuickStart;

var url = new Argument<Uri?>("URL")
{
    Description = "What to fetch over MPTCP. Without it: a server and a client on this machine, and what they speak.",
    Arity = ArgumentArity.ZeroOrOne,
    CustomParser = ParseUrl,
};
var output = new Option<FileInfo?>("--output", "-o")
{
    Description = "Where to put what was fetched; standard output if not given.",
    HelpName = "FILE",
};
var require = new Option<bool>("--require")
{
    Description = "Fail with exit code 3 unless this system, and the peer at the URL, have MPTCP.",
};

var command = new RootCommand("Downloads over Multipath TCP, and says whether it was used.") { url, output, require };
command.Validators.Add(arguments =>
{
    if (arguments.GetResult(output) is not null && arguments.GetResult(url) is null)
        arguments.AddError("--output needs a URL to fetch.");
});
command.SetAction(RunAsync);

ParseResult parsed = command.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message} --help says more.");
    return ExitCode.BadArguments;
}

return await parsed.InvokeAsync();

async Task<int> RunAsync(ParseResult arguments, CancellationToken cancellationToken)
{
    try
    {
        if (arguments.GetValue(url) is { } address)
            await Fetch.RunAsync(address, arguments.GetValue(output), arguments.GetValue(require), cancellationToken);
        else
            await Demonstration.RunAsync(arguments.GetValue(require), cancellationToken);

        return ExitCode.Done;
    }
    catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
    {
        Console.Error.WriteLine("Cancelled.");
        return ExitCode.Cancelled;
    }
    catch (Exception e)
    {
        Exception cause = e is HttpRequestException { InnerException: not SocketException } ? e.GetBaseException() : e;
        Console.Error.WriteLine($"Failed: {cause.Message.ReplaceLineEndings(" ")}");
        return ExitCode.Of(e);
    }
}

static Uri? ParseUrl(ArgumentResult argument)
{
    string text = argument.Tokens[0].Value;
    if (Uri.TryCreate(text, UriKind.Absolute, out Uri? url) && url.Scheme is "http" or "https")
        return url;

    argument.AddError(text.StartsWith('-') ? $"There is no option '{text}'." : $"'{text}' is not an absolute http or https URL.");
    return null;
}
