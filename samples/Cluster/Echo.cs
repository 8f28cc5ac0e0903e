namespace Cluster;

/// <summary>A grain. Orleans places each on any silo.</summary>
public sealed class Echo : Grain, IEcho
{
    public Task<byte[]> EchoAsync(byte[] bytes) => Task.FromResult(bytes);
}
