using System.Security.Cryptography;
using System.Text;
using DistSgd.Training.Wire;

namespace DistSgd.Training.Tests.Wire;

public sealed class AuthenticationTests
{
    private static readonly byte[] Token = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] ServerNonce = [.. Enumerable.Repeat((byte)0xaa, 32)];
    private static readonly byte[] NodeNonce = [.. Enumerable.Repeat((byte)0xbb, 32)];

    [Fact]
    public void Whoever_knows_the_token_is_believed()
    {
        foreach (ProvingSide side in Enum.GetValues<ProvingSide>())
        {
            byte[] proof = Authentication.Prove(Token, side, ServerNonce, NodeNonce, "worker-0");
            proof.Length.ShouldBe(WireLimits.ProofBytes);
            Authentication.Verify(proof, Token, side, ServerNonce, NodeNonce, "worker-0").ShouldBeTrue();
        }
    }

    [Fact]
    public void A_proof_serves_for_nothing_else()
    {
        byte[] proof = Authentication.Prove(Token, ProvingSide.Node, ServerNonce, NodeNonce, "worker-0");
        byte[] otherToken = [.. Token.Reverse()];
        byte[] otherNonce = new byte[32];
        Authentication.Verify(proof, otherToken, ProvingSide.Node, ServerNonce, NodeNonce, "worker-0").ShouldBeFalse();
        Authentication.Verify(proof, Token, ProvingSide.Server, ServerNonce, NodeNonce, "worker-0").ShouldBeFalse("a reflected answer");
        Authentication.Verify(proof, Token, ProvingSide.Node, otherNonce, NodeNonce, "worker-0").ShouldBeFalse();
        Authentication.Verify(proof, Token, ProvingSide.Node, ServerNonce, otherNonce, "worker-0").ShouldBeFalse();
        Authentication.Verify(proof, Token, ProvingSide.Node, NodeNonce, ServerNonce, "worker-0").ShouldBeFalse("nonces exchanged");
        Authentication.Verify(proof, Token, ProvingSide.Node, ServerNonce, NodeNonce, "worker-1").ShouldBeFalse("another node's proof");
        Authentication.Verify(proof.AsSpan(0, 31), Token, ProvingSide.Node, ServerNonce, NodeNonce, "worker-0").ShouldBeFalse();
        Authentication.Verify([], Token, ProvingSide.Node, ServerNonce, NodeNonce, "worker-0").ShouldBeFalse();
        for (int bit = 0; bit < 256; bit++)
        {
            byte[] damaged = [.. proof];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Authentication.Verify(damaged, Token, ProvingSide.Node, ServerNonce, NodeNonce, "worker-0").ShouldBeFalse();
        }
    }

    [Fact]
    public void The_proof_is_the_documented_hmac()
    {
        byte[] text = [.. "distsgd/1 server\0"u8, .. ServerNonce, .. NodeNonce, .. Encoding.UTF8.GetBytes("wörker")];
        Authentication.Prove(Token, ProvingSide.Server, ServerNonce, NodeNonce, "wörker").ShouldBe(HMACSHA256.HashData(Token, text));
    }

    [Fact]
    public void Short_tokens_and_nonces_are_not_taken()
    {
        Should.Throw<ArgumentException>(() => Authentication.Prove(new byte[15], ProvingSide.Node, ServerNonce, NodeNonce, "a"));
        Should.Throw<ArgumentException>(() => Authentication.Prove(Token, ProvingSide.Node, new byte[31], NodeNonce, "a"));
        Should.Throw<ArgumentException>(() => Authentication.Prove(Token, ProvingSide.Node, ServerNonce, [], "a"));
    }
}
