using System.Security.Cryptography;

namespace WebServer;

/// <summary>So many megabytes of random bytes, the same again and again, with their SHA-256 in a header.</summary>
static class Download
{
    const int Megabyte = 1_000_000;

    static readonly byte[] s_megabyte = RandomNumberGenerator.GetBytes(Megabyte);

    internal static async Task WriteAsync(HttpResponse response, int megabytes, CancellationToken cancellationToken)
    {
        response.ContentType = "application/octet-stream";
        response.ContentLength = (long)megabytes * Megabyte;
        response.Headers["Content-SHA256"] = Hash(megabytes);
        for (int i = 0; i < megabytes; i++)
            await response.Body.WriteAsync(s_megabyte, cancellationToken);
    }

    static string Hash(int megabytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < megabytes; i++)
            hash.AppendData(s_megabyte);

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
