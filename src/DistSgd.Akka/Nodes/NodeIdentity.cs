using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Akka.Remote.Transport.DotNetty;

namespace DistSgd.Akka.Nodes;

/// <summary>
/// Mutual TLS without certificates to hand out: all nodes of a run derive the same key pair from its token, and take nobody who has not.
/// </summary>
internal static class NodeIdentity
{
    private const int KeyBytes = 32;

    /// <summary>The TLS of a run's nodes.</summary>
    /// <param name="token">The secret of the run.</param>
    /// <returns>The set-up: both sides show a certificate, and its key has to be the run's.</returns>
    public static DotNettySslSetup Tls(byte[] token)
    {
        X509Certificate2 certificate = CertificateOf(token);
        byte[] key = certificate.GetPublicKey();
        return new DotNettySslSetup(
            certificate,
            suppressValidation: false,
            requireMutualAuthentication: true,
            validateCertificateHostname: false,
            (peer, _, _, _, _) => peer is not null && peer.GetKeyAlgorithm() == certificate.GetKeyAlgorithm() && peer.GetPublicKey().AsSpan().SequenceEqual(key));
    }

    /// <summary>A certificate with the run's key; its other fields mean nothing.</summary>
    /// <param name="token">The secret of the run.</param>
    /// <returns>The certificate, with the private key.</returns>
    public static X509Certificate2 CertificateOf(byte[] token)
    {
        using var key = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = PrivateKeyOf(token) });
        var request = new CertificateRequest("CN=distsgd", key, HashAlgorithmName.SHA256);
        return request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(9999, 1, 1, 0, 0, 0, TimeSpan.Zero));
    }

    // RFC 5869. A number at or above the order of the curve's group, or zero, is no key: one in four thousand million tokens needs another try.
    private static byte[] PrivateKeyOf(byte[] token)
    {
        ReadOnlySpan<byte> order = Convert.FromHexString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        for (byte attempt = 0; ; attempt++)
        {
            byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, token, KeyBytes, info: [.. "distsgd akka tls"u8, attempt]);
            if (key.AsSpan().SequenceCompareTo(order) < 0 && key.AsSpan().ContainsAnyExcept((byte)0))
            {
                return key;
            }
        }
    }
}
