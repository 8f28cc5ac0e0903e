using System.Runtime.InteropServices;

namespace Mptcp.Tool.Interop;

/// <summary>
/// The standard output. Unlike .NET's own stream, it throws if nobody reads any more, so that <c>mptcp monitor | head</c> ends.
/// </summary>
sealed class StandardOutput : Stream
{
    const int Descriptor = 1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override unsafe void Write(ReadOnlySpan<byte> buffer)
    {
        while (!buffer.IsEmpty)
        {
            nint written;
            fixed (byte* bytes = buffer)
                written = Libc.write(Descriptor, bytes, (nuint)buffer.Length);

            if (written >= 0)
                buffer = buffer[(int)written..];
            else
                Recover(Marshal.GetLastPInvokeError());
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    static void Recover(int errno)
    {
        switch (errno)
        {
            case Libc.EINTR:
                return;
            case Libc.EAGAIN: // another program has made it non-blocking
                var wait = new Libc.PollDescriptor { fd = Descriptor, events = Libc.POLLOUT };
                Libc.poll(ref wait, 1, timeout: -1);
                return;
            case Libc.EPIPE:
                throw new ClosedPipeException();
            default:
                throw new IOException($"Cannot write to the standard output: {Marshal.GetPInvokeErrorMessage(errno)}.");
        }
    }
}
