using DistSgd.Learning.Data;

namespace DistSgd.Learning.Tests.Data;

public sealed class FeatureScalerTests
{
    private static readonly Examples Table = Examples.FromFloats(
        3,
        [
            2, 7.1f, -1,
            4, 7.1f, 0,
            9, 7.1f, 4,
            1e6f, -1e6f, 1e6f,
        ],
        []);

    [Fact]
    public void None_changes_nothing() =>
        Apply(FeatureScaler.Fit(FeatureScaling.None, Table, [0, 1]), 3).ShouldBe(Table.FloatRow(3).ToArray());

    [Fact]
    public void Unit_takes_bytes_from_zero_to_exactly_one()
    {
        FeatureScaler scaler = FeatureScaler.Fit(FeatureScaling.Unit, Examples.FromBytes(2, [3, 4], []), [0]);

        MathF.FusedMultiplyAdd(255, scaler.Scale[0], scaler.Shift[0]).ShouldBe(1);
        MathF.FusedMultiplyAdd(0, scaler.Scale[1], scaler.Shift[1]).ShouldBe(0);
    }

    [Fact]
    public void Unit_takes_columns_from_their_least_to_their_greatest_training_value()
    {
        FeatureScaler scaler = FeatureScaler.Fit(FeatureScaling.Unit, Table, [2, 0, 1]);

        Apply(scaler, 0).ShouldBe([0, 0, 0], 1e-6);
        Apply(scaler, 1).ShouldBe([2f / 7, 0, 0.2f], 1e-6);
        Apply(scaler, 2).ShouldBe([1, 0, 1], 1e-6);
    }

    [Fact]
    public void Standard_gives_columns_mean_zero_and_variance_one_and_only_shifts_a_constant()
    {
        FeatureScaler scaler = FeatureScaler.Fit(FeatureScaling.Standard, Table, [0, 1, 2]);

        // Column 0: mean 5, variance (9 + 1 + 16)/3; column 2: mean 1, variance (4 + 1 + 9)/3.
        float first = MathF.Sqrt(26f / 3);
        float third = MathF.Sqrt(14f / 3);
        Apply(scaler, 0).ShouldBe([-3 / first, 0, -2 / third], 1e-6);
        Apply(scaler, 2).ShouldBe([4 / first, 0, 3 / third], 1e-6);
        scaler.Scale[1].ShouldBe(1);
    }

    [Fact]
    public void Standard_uses_one_mean_and_deviation_for_all_bytes_of_the_training_part()
    {
        var images = Examples.FromBytes(2, [10, 20, 30, 40, 255, 255], []);

        FeatureScaler scaler = FeatureScaler.Fit(FeatureScaling.Standard, images, [0, 1]);

        float deviation = MathF.Sqrt(125);
        scaler.Scale.ShouldBe([1 / deviation, 1 / deviation], 1e-7);
        scaler.Shift.ShouldBe([-25 / deviation, -25 / deviation], 1e-6);
    }

    [Fact]
    public void Constant_images_are_only_shifted()
    {
        FeatureScaler scaler = FeatureScaler.Fit(FeatureScaling.Standard, Examples.FromBytes(3, [9, 9, 9], []), [0]);

        scaler.Scale.ShouldBe([1, 1, 1]);
        scaler.Shift.ShouldBe([-9, -9, -9]);
    }

    [Fact]
    public void A_column_far_from_zero_keeps_its_mean_at_zero()
    {
        float[] years = [2001, 2002, 2003, 2004];

        FeatureScaler scaler = FeatureScaler.Fit(FeatureScaling.Standard, Examples.FromFloats(1, years, []), [0, 1, 2, 3]);

        years.Average(year => (double)MathF.FusedMultiplyAdd(year, scaler.Scale[0], scaler.Shift[0])).ShouldBe(0, 1e-4);
    }

    [Fact]
    public void A_map_must_be_whole_and_finite_and_fitted_to_something()
    {
        Should.Throw<ArgumentException>(() => new FeatureScaler([1, 2], [1]));
        Should.Throw<ArgumentException>(() => new FeatureScaler([], []));
        Should.Throw<ArgumentException>(() => new FeatureScaler([float.NaN], [0]));
        Should.Throw<ArgumentException>(() => FeatureScaler.Fit(FeatureScaling.Unit, Table, []));
    }

    private static float[] Apply(FeatureScaler scaler, int row) =>
        [.. Table.FloatRow(row).ToArray().Select((x, c) => MathF.FusedMultiplyAdd(x, scaler.Scale[c], scaler.Shift[c]))];
}
