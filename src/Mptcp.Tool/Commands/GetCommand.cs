using System.Collections.Concurrent;
using System.CommandLine;
using System.Net.Sockets;
using Mptcp.Sockets;
using Mptcp.Tool.Interop;
using Mptcp.Tool.Json;

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
        var line = new GetLine($"{response.RequestMessage?.RequestUri}", (int)response.StatusCode, null, null, null, null, 0, call.Get(_output)?.FullName);
        if (sockets.LastOrDefault(socket => socket.Connected) is { } connection)
        {
            MptcpExplanation why = connection.ExplainMptcp();
            line = line with { Peer = $"{connection.RemoteEndPoint}", State = JsonNames.Kebab($"{connection.GetMptcpState()}"), Reason = JsonNames.Kebab($"{why.Reason}"), Explanation = why.Text };
            if (!call.Terminal.IsJson)
                Console.Error.WriteLine($"{line.Peer}: {connection.GetMptcpState()}. {line.Explanation}");
        }

        if (!call.Terminal.IsJson || response.IsSuccessStatusCode)
            line = line with { Bytes = await ReadBodyAsync(response.EnsureSuccessStatusCode(), call) };

        if (call.Terminal.IsJson)
            call.Terminal.Object(line, ToolJson.Default.GetLine);

        return response.IsSuccessStatusCode ? ExitCode.Done : ExitCode.Failed;
    }

    /// <summary>Writes the body to the file or the standard output. With JSON, the standard output is for the object.</summary>
    async Task<long> ReadBodyAsync(HttpResponseMessage response, Call call)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(call.Interruption);
        if (call.Get(_output) is { } file)
            return await SaveAsync(body, file, call.Interruption);

        await using Stream output = call.Terminal.IsJson ? Stream.Null : new StandardOutput();
        return await CopyAsync(body, output, call.Interruption);
    }

    static async Task<long> CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        long copied = 0;
        byte[] buffer = new byte[81_920];
        while (await from.ReadAsync(buffer, cancellationToken) is > 0 and var count)
        {
            await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            copied += count;
        }

        return copied;
    }

    static async Task<long> SaveAsync(Stream body, FileInfo file, CancellationToken cancellationToken)
    {
        bool isNew = !file.Exists;
        FileStream stream = file.Create();
        try
        {
            await using (stream)
                return await CopyAsync(body, stream, cancellationToken);
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
