using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Mptcp.Testing;

/// <summary>A certificate for the loopback of this machine. Each test run creates a new one.</summary>
static class Certificates
{
    static readonly Lazy<X509Certificate2> s_loopback = new(MakeForLoopback);

    internal static X509Certificate2 Loopback => s_loopback.Value;

    /// <summary>Trusts only that certificate, and checks the name as usual.</summary>
    internal static SslClientAuthenticationOptions TrustLoopback(string? targetHost = null) => new()
    {
        TargetHost = targetHost,
        CertificateChainPolicy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            CustomTrustStore = { Loopback },
            RevocationMode = X509RevocationMode.NoCheck,
        },
    };

    /// <summary>Writes that certificate and its key for a program that is not .NET.</summary>
    internal static void WriteLoopback(string certificateFile, string keyFile)
    {
        File.WriteAllText(certificateFile, Loopback.ExportCertificatePem());
        using ECDsa key = Loopback.GetECDsaPrivateKey()!;
        File.WriteAllText(keyFile, key.ExportPkcs8PrivateKeyPem());
    }

    static X509Certificate2 MakeForLoopback()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=loopback", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}
