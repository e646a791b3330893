using DistSgd.Learning.Data;

namespace DistSgd.Learning.Tests.Data;

public sealed class ExamplesTests
{
    [Fact]
    public void Byte_rows_are_consecutive_pieces_of_the_features()
    {
        var examples = Examples.FromBytes(2, [1, 2, 3, 4, 5, 6], [0, 1, 0]);

        (examples.Count, examples.Width, examples.StoredAsBytes, examples.TargetWidth).ShouldBe((3, 2, true, 0));
        examples.ByteRow(1).ToArray().ShouldBe([3, 4]);
        Should.Throw<InvalidOperationException>(() => examples.FloatRow(0).Length);
    }

    [Fact]
    public void Float_rows_are_consecutive_pieces_of_the_features()
    {
        var examples = Examples.WithTargets(3, [1, 2, 3, 4, 5, 6], 1, [7, 8]);

        (examples.Count, examples.StoredAsBytes, examples.TargetWidth).ShouldBe((2, false, 1));
        examples.FloatRow(1).ToArray().ShouldBe([4, 5, 6]);
        examples.Labels.ShouldBeEmpty();
        Should.Throw<InvalidOperationException>(() => examples.ByteRow(0).Length);
    }

    [Fact]
    public void Sizes_that_do_not_agree_are_refused()
    {
        Should.Throw<ArgumentException>(() => Examples.FromBytes(4, new byte[6], []));
        Should.Throw<ArgumentException>(() => Examples.FromBytes(3, new byte[6], [1]));
        Should.Throw<ArgumentException>(() => Examples.FromFloats(3, new float[6], [1, -1]));
        Should.Throw<ArgumentException>(() => Examples.WithTargets(3, new float[6], 2, new float[3]));
        Should.Throw<ArgumentException>(() => Examples.FromBytes(0, [], []));
    }

    [Fact]
    public void None_like_others_keeps_their_shape()
    {
        var bytes = Examples.NoneLike(Examples.FromBytes(2, [1, 2], [0]));
        (bytes.Count, bytes.Width, bytes.StoredAsBytes).ShouldBe((0, 2, true));

        var targets = Examples.NoneLike(Examples.WithTargets(2, [1, 2], 1, [3]));
        (targets.Count, targets.StoredAsBytes, targets.TargetWidth).ShouldBe((0, false, 1));
    }

    [Fact]
    public void The_digest_tells_every_part_apart()
    {
        var none = Examples.FromBytes(2, [], []);
        Examples[] sets =
        [
            Examples.FromBytes(2, [1, 2, 3, 4], [0, 1]),
            Examples.FromBytes(2, [1, 2, 3, 5], [0, 1]),
            Examples.FromBytes(2, [1, 2, 3, 4], [1, 1]),
            Examples.FromBytes(4, [1, 2, 3, 4], [1]),
            Examples.FromFloats(2, [1, 2, 3, 4], [0, 1]),
            Examples.WithTargets(2, [1, 2, 3, 4], 1, [0, 1]),
        ];

        string[] digests = [.. sets.Select(set => DatasetDigest.Compute(set, none)), DatasetDigest.Compute(none, sets[0])];

        digests.Distinct().Count().ShouldBe(digests.Length);
        digests.ShouldAllBe(digest => digest.Length == 64);
        DatasetDigest.Compute(Examples.FromBytes(2, [1, 2, 3, 4], [0, 1]), none).ShouldBe(digests[0]);
    }
}
