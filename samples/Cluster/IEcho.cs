namespace Cluster;

public interface IEcho : IGrainWithIntegerKey
{
    Task<byte[]> EchoAsync(byte[] bytes);
}
