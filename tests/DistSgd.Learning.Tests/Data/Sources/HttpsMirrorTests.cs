using System.IO.Compression;
using System.Net;
using DistSgd.Learning.Data.Sources;

namespace DistSgd.Learning.Tests.Data.Sources;

public sealed class HttpsMirrorTests : IDisposable
{
    private static readonly VerifiedFile Wanted = new("numbers", 5, "not looked at here");

    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Files_arrive_unpacked_from_their_address()
    {
        var server = new Server((request, _) => Task.FromResult(Answer(Gzip([1, 2, 3, 4, 5]))));

        Mirror(server).Fetch([Wanted], _temp.Root, CancellationToken.None);

        server.Addresses.ShouldBe(["https://mirror.test/data/numbers.gz"]);
        File.ReadAllBytes(Path.Combine(_temp.Root, "numbers")).ShouldBe([1, 2, 3, 4, 5]);
    }

    [Fact]
    public void A_refusal_is_a_failed_fetch() =>
        Failure((_, _) => Task.FromResult(new HttpResponseMessage(HttpStatusCode.NotFound))).ShouldContain("404");

    [Fact]
    public void What_is_not_compressed_is_a_failed_fetch() =>
        Failure((_, _) => Task.FromResult(Answer([1, 2, 3]))).ShouldNotBeEmpty();

    [Fact]
    public void More_than_the_expected_length_is_not_taken() =>
        Failure((_, _) => Task.FromResult(Answer(Gzip(new byte[100_000])))).ShouldBe("numbers is longer than the expected 5 bytes");

    [Fact]
    public void A_server_that_never_answers_is_left_at_the_limit()
    {
        static async Task<HttpResponseMessage> Never(HttpRequestMessage request, CancellationToken cancellation)
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return Answer([]);
        }

        Failure(Never, TimeSpan.FromMilliseconds(50)).ShouldBe("not done within 0.1 s");
    }

    [Fact]
    public void Cancelling_is_not_a_failure_of_the_mirror()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Should.Throw<OperationCanceledException>(
            () => Mirror(new Server((_, _) => Task.FromResult(Answer([])))).Fetch([Wanted], _temp.Root, cancelled.Token));
    }

    private static HttpResponseMessage Answer(byte[] body) => new(HttpStatusCode.OK) { Content = new ByteArrayContent(body) };

    private static byte[] Gzip(byte[] plain)
    {
        var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(plain);
        }

        return packed.ToArray();
    }

    private static HttpsMirror Mirror(HttpMessageHandler server, TimeSpan? limit = null) =>
        new(new Uri("https://mirror.test/data/"), limit, server);

    private string Failure(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer, TimeSpan? limit = null) =>
        Should.Throw<FetchException>(() => Mirror(new Server(answer), limit).Fetch([Wanted], _temp.Root, CancellationToken.None)).Message;

    private sealed class Server(Func<HttpRequestMessage, CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        public List<string> Addresses { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Addresses.Add(request.RequestUri!.AbsoluteUri);
            return answer(request, cancellationToken);
        }
    }
}
