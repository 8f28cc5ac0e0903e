using System.Collections.Concurrent;
using System.CommandLine;
using System.Net.Sockets;
using Mptcp.Sockets;
using Mptcp.Tool.Interop;

namespace Mptcp.Tool.Commands;

/// <summary>Fetches a URL, and says whether the connection used MPTCP and, if not, why.</summary>
sealed class GetCommand : ToolCommand
{
    readonly Argument<Uri?> _url = new("URL") { Description = "An http or https URL.", CustomParser = ArgumentParser.Url };
    readonly Option<FileInfo?> _output = new("--output", "-o") { Description = "The file to write to. The default is the standard output.", HelpName = "FILE" };
    readonly Option<bool> _require = new("--require") { Description = $"Fail if this system ({ExitCode.NoMptcpHere}) or the peer ({ExitCode.PeerWithoutMptcp}) has no MPTCP." };

    internal GetCommand()
        : base("get", "Fetch a URL over MPTCP, and say whether it was used.")
    {
        Arguments.Add(_url);
        Options.Add(_output);
        Options.Add(_require);
    }

    protected override async Task<int> RunAsync(Call call)
    {
        var sockets = new ConcurrentQueue<Socket>();
        bool isRequired = call.Get(_require);
        var options = new MptcpConnectOptions
        {
            Mode = isRequired ? MptcpMode.Required : MptcpMode.Preferred,
            RequireMptcpPeer = isRequired,
            ConfigureSocket = sockets.Enqueue,
        };
        using var client = new HttpClient(new SocketsHttpHandler().UseMptcp(options)) { Timeout = Timeout.InfiniteTimeSpan };
        using HttpResponseMessage response = await client.GetAsync(call.Get(_url), HttpCompletionOption.ResponseHeadersRead, call.Interruption);

        // Before the body, because the server may close the connection after it. The last socket, because redirects may need several.
        if (sockets.LastOrDefault(socket => socket.Connected) is { } connection)
            Console.Error.WriteLine($"{connection.RemoteEndPoint}: {connection.GetMptcpState()}. {connection.ExplainMptcp().Text}");

        response.EnsureSuccessStatusCode();
        if (call.Get(_output) is { } file)
            await SaveAsync(response.Content, file, call.Interruption);
        else
            await PrintAsync(response.Content, call.Interruption);

        return ExitCode.Done;
    }

    static async Task PrintAsync(HttpContent content, CancellationToken cancellationToken)
    {
        await using var output = new StandardOutput();
        await content.CopyToAsync(output, cancellationToken);
    }

    static async Task SaveAsync(HttpContent content, FileInfo file, CancellationToken cancellationToken)
    {
        bool isNew = !file.Exists;
        FileStream stream = file.Create();
        try
        {
            await using (stream)
                await content.CopyToAsync(stream, cancellationToken);
        }
        catch
        {
            // Half a file must not look complete. An existing path may be a link or a device, so it is emptied and not deleted.
            if (isNew)
                file.Delete();
            else
                file.Create().Dispose();

            throw;
        }
    }
}
