using System.Security.Cryptography;

namespace WebServer;

/// <summary>Sends megabytes of random bytes, the same each time, with their SHA-256 in a header.</summary>
static class Download
{
    const int Megabyte = 1_000_000, MaxMegabytes = 1_000; // all are hashed before the first is sent

    static readonly byte[] s_megabyte = RandomNumberGenerator.GetBytes(Megabyte);

    internal static async Task WriteAsync(HttpResponse response, int megabytes, CancellationToken cancellationToken)
    {
        if (megabytes is < 0 or > MaxMegabytes)
        {
            response.StatusCode = StatusCodes.Status400BadRequest;
            await response.WriteAsync($"The megabytes must be from 0 to {MaxMegabytes}, not {megabytes}.\n", cancellationToken);
            return;
        }

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
