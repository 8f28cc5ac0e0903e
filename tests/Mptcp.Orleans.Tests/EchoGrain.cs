namespace Mptcp.Orleans.Tests;

public sealed class EchoGrain : Grain, IEchoGrain
{
    public Task<byte[]> EchoAsync(byte[] bytes) => Task.FromResult(bytes);
}
