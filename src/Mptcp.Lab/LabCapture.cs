using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>Writes what a link carries to a file, until it is disposed. The file is complete then.</summary>
public sealed class LabCapture : IDisposable
{
    readonly Wakeup _wakeup = new();
    readonly PacketSocket _socket;
    readonly PcapngWriter _file;
    readonly Thread _thread;
    int _isDisposed;
    Exception? _error;

    internal LabCapture(string path, LabInterface end)
    {
        // The file first: nothing else is touched if it cannot be written.
        FileStream file = new(path, FileMode.Create, FileAccess.Write, FileShare.None);
        try
        {
            _file = new PcapngWriter(file, end.ToString());
            _socket = end.Host.Run(() => new PacketSocket(end.Index, takesOutgoing: true));
        }
        catch
        {
            file.Dispose();
            throw;
        }

        _thread = new Thread(Write) { Name = $"lab: capture of {end.Link.Name}", IsBackground = true };
        end.Host.Run(_thread.Start); // not where the caller is
    }

    /// <summary>Writes what has come so far, and closes the file. Another time does nothing.</summary>
    /// <exception cref="IOException">The file could not be written: the disk is full, for instance.</exception>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0)
            return;

        _wakeup.Stop();
        _thread.Join();
        _wakeup.Dispose();
        _socket.Dispose();
        if (_error is not null)
            throw new IOException($"The capture could not be written: {_error.Message}", _error);
    }

    void Write()
    {
        byte[] frame = new byte[PacketSocket.LargestFrame];
        try
        {
            using (_file)
            {
                while (!_wakeup.IsStopped)
                {
                    _wakeup.Wait(null, _socket);
                    while (_socket.Receive(frame) is > 0 and var length)
                        _file.Write(frame.AsMemory(0, length), _socket.ReadTimestamp());
                }
            }
        }
        catch (IOException e)
        {
            _error = e; // thrown where somebody waits
        }
    }
}
