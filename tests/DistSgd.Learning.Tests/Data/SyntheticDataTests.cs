using DistSgd.Learning.Data;

namespace DistSgd.Learning.Tests.Data;

public sealed class SyntheticDataTests
{
    public static TheoryData<string> Generators => ["spirals", "blobs", "teacher", "regression"];

    [Theory]
    [MemberData(nameof(Generators))]
    public void The_same_seed_gives_the_same_data_and_another_seed_other_data(string generator)
    {
        Dataset data = Generate(generator, seed: 1, examples: 50, noise: 0.1);

        Generate(generator, seed: 1, examples: 50, noise: 0.1).Sha256.ShouldBe(data.Sha256);
        Generate(generator, seed: 2, examples: 50, noise: 0.1).Sha256.ShouldNotBe(data.Sha256);
        (data.Train.Count, data.Test.Count, data.Train.StoredAsBytes).ShouldBe((50, 20, false));
        data.Test.FloatRow(0).SequenceEqual(data.Train.FloatRow(0)).ShouldBeFalse();
    }

    [Theory]
    [MemberData(nameof(Generators))]
    public void A_larger_set_begins_with_the_smaller_one(string generator)
    {
        Examples small = Generate(generator, seed: 3, examples: 10, noise: 0.1).Train;
        Examples large = Generate(generator, seed: 3, examples: 30, noise: 0.1).Train;

        large.Floats!.Take(small.Floats!.Length).ShouldBe(small.Floats!);
        large.Labels.Take(small.Labels.Length).ShouldBe(small.Labels);
    }

    // The bits are part of every golden run on generated data.
    [Theory]
    [InlineData("spirals", "cdb2ebbe4d5a053f")]
    [InlineData("blobs", "c0b3acbb95b74181")]
    [InlineData("teacher", "58c328080765284f")]
    [InlineData("regression", "a02dfe3f01c4d23f")]
    public void The_bits_never_change(string generator, string digest) =>
        Generate(generator, seed: 42, examples: 100, noise: 0.1).Sha256[..16].ShouldBe(digest);

    [Fact]
    public void Without_noise_a_spiral_turns_by_its_angle_from_the_inner_radius_to_one()
    {
        Examples spirals = SyntheticData.Spirals(1, classes: 3, examples: 300, testExamples: 0, noise: 0).Train;
        for (int i = 0; i < spirals.Count; i++)
        {
            double x = spirals.FloatRow(i)[0];
            double y = spirals.FloatRow(i)[1];
            double radius = Math.Sqrt((x * x) + (y * y));
            double progress = (radius - SyntheticData.SpiralInnerRadius) / (1 - SyntheticData.SpiralInnerRadius);
            double angle = (2 * Math.PI * (i % 3) / 3) + (SyntheticData.SpiralTurn * progress);

            progress.ShouldBeInRange(-1e-6, 1);
            spirals.Labels[i].ShouldBe(i % 3);
            Math.IEEERemainder(Math.Atan2(y, x) - angle, 2 * Math.PI).ShouldBe(0, 1e-5);
        }
    }

    [Fact]
    public void Blobs_have_the_asked_spread_around_one_centre_a_class()
    {
        Examples blobs = SyntheticData.Blobs(5, classes: 4, features: 3, examples: 8000, testExamples: 0, noise: 0.2).Train;
        for (int label = 0; label < 4; label++)
        {
            for (int f = 0; f < 3; f++)
            {
                IEnumerable<int> members = Enumerable.Range(0, blobs.Count).Where(i => blobs.Labels[i] == label);
                double[] values = [.. members.Select(i => (double)blobs.FloatRow(i)[f])];
                double mean = values.Average();

                mean.ShouldBeInRange(-1.05, 1.05);
                Math.Sqrt(values.Average(value => (value - mean) * (value - mean))).ShouldBe(0.2, 0.01);
            }
        }
    }

    [Fact]
    public void The_teacher_favours_no_class_much_and_its_targets_have_mean_zero()
    {
        Examples classes = SyntheticData.Teacher(7, classes: 4, features: 10, examples: 8000, testExamples: 0, noise: 0).Train;
        for (int label = 0; label < 4; label++)
        {
            classes.Labels.Count(found => found == label).ShouldBeInRange(800, 4000);
        }

        Examples targets = SyntheticData.Teacher(7, classes: 0, features: 10, examples: 8000, testExamples: 0, noise: 0).Train;
        targets.TargetWidth.ShouldBe(1);
        targets.Targets!.Average(target => (double)target).ShouldBe(0, 0.05);
        targets.Targets!.Average(target => (double)target * target).ShouldBeInRange(0.05, 2);
    }

    [Fact]
    public void Numbers_below_their_least_value_are_refused()
    {
        Action[] mistakes =
        [
            () => SyntheticData.Spirals(1, classes: 1, examples: 10, testExamples: 0, noise: 0),
            () => SyntheticData.Spirals(1, classes: 2, examples: 0, testExamples: 0, noise: 0),
            () => SyntheticData.Spirals(1, classes: 2, examples: 10, testExamples: 0, noise: -1),
            () => SyntheticData.Blobs(1, classes: 2, features: 0, examples: 10, testExamples: 0, noise: 0),
            () => SyntheticData.Teacher(1, classes: 1, features: 2, examples: 10, testExamples: 0, noise: 0),
        ];

        foreach (Action mistake in mistakes)
        {
            Should.Throw<ArgumentOutOfRangeException>(mistake);
        }
    }

    private static Dataset Generate(string generator, ulong seed, int examples, double noise) => generator switch
    {
        "spirals" => SyntheticData.Spirals(seed, classes: 3, examples, testExamples: 20, noise),
        "blobs" => SyntheticData.Blobs(seed, classes: 3, features: 4, examples, testExamples: 20, noise),
        "teacher" => SyntheticData.Teacher(seed, classes: 3, features: 4, examples, testExamples: 20, noise),
        _ => SyntheticData.Teacher(seed, classes: 0, features: 4, examples, testExamples: 20, noise),
    };
}
