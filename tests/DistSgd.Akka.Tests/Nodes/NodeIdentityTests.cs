using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DistSgd.Akka.Nodes;

namespace DistSgd.Akka.Tests.Nodes;

public sealed class NodeIdentityTests
{
    private static readonly byte[] Token = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];

    [Fact]
    public void All_nodes_of_a_token_have_one_key_and_nobody_else_has_it()
    {
        using X509Certificate2 one = NodeIdentity.CertificateOf(Token);
        using X509Certificate2 other = NodeIdentity.CertificateOf([.. Token]);
        using X509Certificate2 stranger = NodeIdentity.CertificateOf([.. Token.Reverse()]);
        one.GetPublicKey().ShouldBe(other.GetPublicKey());
        one.GetPublicKey().ShouldNotBe(stranger.GetPublicKey());
    }

    [Fact]
    public void The_private_key_is_that_of_the_certificate()
    {
        using X509Certificate2 certificate = NodeIdentity.CertificateOf(Token);
        using ECDsa secret = certificate.GetECDsaPrivateKey()!;
        using ECDsa known = certificate.GetECDsaPublicKey()!;
        known.VerifyData(Token, secret.SignData(Token, HashAlgorithmName.SHA256), HashAlgorithmName.SHA256).ShouldBeTrue();
    }

    [Fact]
    public void A_peer_is_taken_for_its_key_alone()
    {
        var tls = NodeIdentity.Tls(Token);
        tls.RequireMutualAuthentication.ShouldBeTrue();
        tls.SuppressValidation.ShouldBeFalse();
        using X509Certificate2 own = NodeIdentity.CertificateOf(Token);
        using X509Certificate2 stranger = NodeIdentity.CertificateOf([.. Token.Reverse()]);
        var isTaken = tls.CustomValidator.ShouldNotBeNull();
        isTaken(own, null!, "", default, null!).ShouldBeTrue();
        isTaken(stranger, null!, "", default, null!).ShouldBeFalse();
        isTaken(null!, null!, "", default, null!).ShouldBeFalse();
    }
}
