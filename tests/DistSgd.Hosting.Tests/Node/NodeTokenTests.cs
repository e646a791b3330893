using System.Text;
using DistSgd.Hosting.Node;
using DistSgd.Hosting.Tests.Runs;
using DistSgd.Learning;
using DistSgd.Testing.Hosts;

namespace DistSgd.Hosting.Tests.Node;

public sealed class NodeTokenTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Token => _directory["cluster.token"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_token_is_made_once_of_256_random_bits_for_the_owners_eyes_alone()
    {
        byte[] token = NodeToken.ReadOrCreate(Token);
        Encoding.ASCII.GetString(token).ShouldMatch("^[0-9a-f]{64}$");
        NodeToken.ReadOrCreate(Token).ShouldBe(token);
        NodeToken.Read(Token).ShouldBe(token);
        using var other = new TemporaryDirectory();
        NodeToken.ReadOrCreate(Path.Combine(other.Path, "cluster.token")).ShouldNotBe(token);
        if (!OperatingSystem.IsWindows())
        {
            File.GetUnixFileMode(Token).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }
    }

    [Fact]
    public void White_space_around_a_token_does_not_count()
    {
        File.WriteAllText(Token, "\n  sixteen bytes ok \r\n\n");
        NodeToken.Read(Token).ShouldBe(Encoding.UTF8.GetBytes("sixteen bytes ok"));
    }

    [Theory]
    [InlineData("", "found a token of 0 bytes; expected at least 16.")]
    [InlineData("fifteen bytes..", "found a token of 15 bytes; expected at least 16.")]
    public void A_token_that_could_be_guessed_is_refused(string text, string complaint)
    {
        File.WriteAllText(Token, text);
        Complaint(() => NodeToken.Read(Token)).ShouldBe($"{Token}: {complaint}");
        Complaint(() => NodeToken.ReadOrCreate(Token)).ShouldBe($"{Token}: {complaint}");
    }

    [Fact]
    public void A_file_that_is_not_there_or_something_else_is_refused_by_name()
    {
        Complaint(() => NodeToken.Read(Token)).ShouldStartWith($"{Token}: the token cannot be read: ");
        Complaint(() => NodeToken.Read(_directory.Path)).ShouldStartWith($"{_directory.Path}: the token cannot be read: ");
        string nowhere = Path.Combine(_directory.Path, "no", "cluster.token");
        Complaint(() => NodeToken.ReadOrCreate(nowhere)).ShouldStartWith($"{nowhere}: the token cannot be written: ");
        File.WriteAllBytes(Token, new byte[5000]);
        Complaint(() => NodeToken.Read(Token)).ShouldBe($"{Token}: found more than 4096 bytes; expected the token of a run.");
    }

    private static string Complaint(Action read) => Should.Throw<InputException>(() => Limited.Run(read)).Message;
}
