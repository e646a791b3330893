using System.Security.Cryptography;
using DistSgd.Learning.Data.Sources;

namespace DistSgd.Learning.Tests.Data.Sources;

public sealed class VerifiedCacheTests : IDisposable
{
    private static readonly byte[] GoodA = [1, 2, 3, 4];
    private static readonly byte[] GoodB = [5, 6];
    private static readonly byte[] BadA = [1, 2, 3, 5];
    private static readonly VerifiedFile A = new("a", 4, Sum(GoodA));
    private static readonly VerifiedFile B = new("b", 2, Sum(GoodB));

    private readonly TempDirectory _temp = new();
    private readonly List<string> _reports = [];

    private string Root => Path.Combine(_temp.Root, "cache", "data");

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void Missing_files_are_fetched_once()
    {
        var source = new FakeFetcher("web", ("a", GoodA), ("b", GoodB));
        VerifiedCache cache = Cache(source);
        cache.IsComplete().ShouldBeFalse();

        cache.Ensure();
        cache.Ensure();

        source.Asked.ShouldBe(["a", "b"]);
        File.ReadAllBytes(cache.PathOf(A)).ShouldBe(GoodA);
        cache.IsComplete().ShouldBeTrue();
        OnlyTheFilesRemain();
    }

    [Fact]
    public void The_next_source_is_asked_for_what_the_first_did_not_give()
    {
        var half = new FakeFetcher("half", ("a", GoodA));
        var other = new FakeFetcher("other", ("a", GoodA), ("b", GoodB));

        Cache(half, other).Ensure();

        other.Asked.ShouldBe(["b"]);
        _reports.ShouldContain("Data: not from half: no b here");
        OnlyTheFilesRemain();
    }

    [Fact]
    public void A_wrong_sum_never_reaches_the_cache()
    {
        var corrupt = new FakeFetcher("corrupt", ("a", BadA), ("b", [1]));

        InputException error = Should.Throw<InputException>(() => Cache(corrupt).Ensure());

        error.Message.ShouldBe(
            $"Data cannot be fetched:\n  corrupt: a has the SHA-256 {Sum(BadA)}, expected {Sum(GoodA)}\n"
            + $"Put a, b (uncompressed) into {Root} by hand, or set DISTSGD_CACHE to a directory that has them in 'data'.");
        Directory.EnumerateFileSystemEntries(Root).ShouldBeEmpty();
    }

    [Fact]
    public void When_all_fail_each_source_is_listed_with_its_reason()
    {
        VerifiedCache cache = Cache(new FakeFetcher("one"), new FakeFetcher("two", ("a", BadA)));

        Should.Throw<InputException>(() => cache.Ensure()).Message.ShouldContain("\n  one: no a here\n  two: no b here\n");
    }

    [Fact]
    public void Advice_about_files_that_are_brought_by_hand_ends_the_message()
    {
        var cache = new VerifiedCache("Data", Root, [A], [new FakeFetcher("web")]) { ByHand = "Mind the order." };

        Should.Throw<InputException>(() => cache.Ensure()).Message.ShouldEndWith("that has them in 'data'. Mind the order.");
    }

    [Fact]
    public void A_damaged_file_in_the_cache_is_reported_and_replaced()
    {
        Directory.CreateDirectory(Root);
        File.WriteAllBytes(Path.Combine(Root, "a"), BadA);
        File.WriteAllBytes(Path.Combine(Root, "b"), GoodB);
        var source = new FakeFetcher("web", ("a", GoodA), ("b", GoodB));

        VerifiedCache cache = Cache(source);
        cache.Ensure();

        source.Asked.ShouldBe(["a"]);
        _reports[0].ShouldBe($"{Root}: a has the SHA-256 {Sum(BadA)}, expected {Sum(GoodA)}; fetching it again");
        _reports[1].ShouldBe("Data: fetching 1 file (1 kB unpacked) from web");
        cache.IsComplete().ShouldBeTrue();
    }

    [Fact]
    public void A_cache_directory_that_cannot_be_made_is_an_input_error()
    {
        _temp.Write("cache", "a file, not a directory");

        Should.Throw<InputException>(() => Cache(new FakeFetcher("web", ("a", GoodA))).Ensure()).Message
            .ShouldStartWith($"{Root}: the directory for fetched data cannot be used (");
    }

    [Fact]
    public void A_cancelled_fetch_leaves_nothing()
    {
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();

        Should.Throw<OperationCanceledException>(() => Cache(new FakeFetcher("web", ("a", GoodA))).Ensure(cancelled.Token));

        Directory.EnumerateFileSystemEntries(Root).ShouldBeEmpty();
    }

    [Fact]
    public void Two_processes_may_fill_the_same_cache()
    {
        // While the first is fetching, the second does everything.
        VerifiedCache second = Cache(new FakeFetcher("web", ("a", GoodA), ("b", GoodB)));
        VerifiedCache first = Cache(new InterruptedFetcher(second.Ensure, new FakeFetcher("web", ("a", GoodA), ("b", GoodB))));

        first.Ensure();

        first.IsComplete().ShouldBeTrue();
        OnlyTheFilesRemain();
    }

    private static string Sum(byte[] contents) => Convert.ToHexStringLower(SHA256.HashData(contents));

    private VerifiedCache Cache(params IDataFetcher[] sources) => new("Data", Root, [A, B], sources, _reports.Add);

    private void OnlyTheFilesRemain() =>
        Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName).Order().ShouldBe(["a", "b"]);

    private sealed class InterruptedFetcher(Action<CancellationToken> interruption, IDataFetcher source) : IDataFetcher
    {
        public string Name => source.Name;

        public void Fetch(IReadOnlyList<VerifiedFile> files, string directory, CancellationToken cancellation)
        {
            interruption(cancellation);
            source.Fetch(files, directory, cancellation);
        }
    }
}
