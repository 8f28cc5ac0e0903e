using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;
using Mptcp.Lab;
using Mptcp.Sockets;

namespace Failover;

/// <summary>The client: HttpClient. Can be looked at while it runs.</summary>
sealed class Download : IDisposable
{
    static readonly TimeSpan s_noticeable = TimeSpan.FromSeconds(0.5);

    readonly LabHost _host;
    readonly MptcpMode _mode;
    readonly long _size;
    readonly HttpClient _client;
    readonly TaskCompletionSource _thirdReceived = new(TaskCreationOptions.RunContinuationsAsynchronously);
    Socket? _socket;
    long _received;
    long _lastByteAt;

    internal Download(LabHost host, MptcpMode mode, long size)
    {
        _host = host;
        _mode = mode;
        _size = size;
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, ConnectCallback = ConnectAsync });
    }

    /// <summary>By the application, that is, by us.</summary>
    internal long Received => Interlocked.Read(ref _received);

    /// <summary>For how long no byte has reached the application.</summary>
    internal TimeSpan Waiting => Stopwatch.GetElapsedTime(Interlocked.Read(ref _lastByteAt));

    internal TimeSpan LongestStall { get; private set; }

    /// <summary>Told of each that somebody would notice, when it is over.</summary>
    internal Action<TimeSpan>? Stalled { get; init; }

    /// <summary>What was spoken in the end.</summary>
    internal MptcpState State { get; private set; }

    /// <summary>When a third has been received.</summary>
    internal Task ThirdReceived => _thirdReceived.Task;

    /// <summary>Returns the SHA-256 of what was received.</summary>
    internal async Task<byte[]> RunAsync(Uri url, CancellationToken cancellationToken)
    {
        _lastByteAt = Stopwatch.GetTimestamp();
        using HttpResponseMessage response = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        response.EnsureSuccessStatusCode();

        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[64 * 1024];
        int count;
        while ((count = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.AppendData(buffer, 0, count);
            Note(count);
        }

        State = _socket!.GetMptcpState();
        return hash.GetHashAndReset();
    }

    public void Dispose() => _client.Dispose();

    /// <summary>
    /// As a rule, SocketsHttpHandler.UseMptcp() does this. But here the thread on which a socket is made decides whose it is, and UseMptcp makes some
    /// on others; the blocking Connect makes them all on the one that calls it.
    /// </summary>
    async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var options = new MptcpConnectOptions { Mode = _mode, RequireMptcpPeer = _mode == MptcpMode.Required, NoDelay = true };
        _socket = await Task.Run(() => _host.Run(() => MptcpSocket.Connect(context.DnsEndPoint, options)), cancellationToken);
        return new NetworkStream(_socket, ownsSocket: true);
    }

    void Note(int count)
    {
        TimeSpan stall = Waiting;
        if (stall > LongestStall)
            LongestStall = stall;

        if (stall >= s_noticeable)
            Stalled?.Invoke(stall);

        Interlocked.Exchange(ref _lastByteAt, Stopwatch.GetTimestamp());
        if (Interlocked.Add(ref _received, count) >= _size / 3)
            _thirdReceived.TrySetResult();
    }
}
