using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using QuickStart;

var url = new Argument<Uri?>("URL")
{
    Description = "The URL to fetch with MPTCP. Without it, a server and a client on this machine exchange a file and print what they use.",
    Arity = ArgumentArity.ZeroOrOne,
    CustomParser = ParseUrl,
};
var output = new Option<FileInfo?>("--output", "-o")
{
    Description = "The file to write to. The default is the standard output.",
    HelpName = "FILE",
};
var require = new Option<bool>("--require")
{
    Description = "Fail with exit code 3 if this system, or the peer at the URL, does not support MPTCP.",
};

var command = new RootCommand("Downloads with Multipath TCP, and says whether the connection used it.") { url, output, require };
command.Validators.Add(arguments =>
{
    if (arguments.GetResult(output) is not null && arguments.GetResult(url) is null)
        arguments.AddError("--output needs a URL to fetch.");
});
command.SetAction(RunAsync);

ParseResult parsed = command.Parse(args);
if (parsed.Action is ParseErrorAction)
{
    Console.Error.WriteLine($"{parsed.Errors[0].Message} Run with --help for the options.");
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
