namespace Mptcp.Orleans.Tests;

public interface IEchoGrain : IGrainWithIntegerKey
{
    Task<byte[]> EchoAsync(byte[] bytes);
}
