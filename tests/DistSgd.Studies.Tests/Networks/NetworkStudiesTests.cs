using DistSgd.Learning;
using DistSgd.Numerics;
using DistSgd.Studies.Networks;
using DistSgd.Studies.Output;

namespace DistSgd.Studies.Tests.Networks;

public class NetworkStudiesTests
{
    [Fact]
    public void Gradients_vanish_with_sigmoid_and_not_with_relu()
    {
        StudyResult result = new VanishingStudy().Run(new StudySettings { Steps = 20 });
        object?[][] deepest = Rows(result, "deepest_nets");
        Value(deepest, "sigmoid", "xavier", 5).ShouldBeInRange(0.2, 0.3, "the slope of a sigmoid is at most 1/4");
        Value(deepest, "relu", "he", 5).ShouldBeInRange(0.7, 1.4);
        Value(deepest, "tanh", "xavier", 5).ShouldBeInRange(0.7, 1.4);
        Value(deepest, "sigmoid", "xavier", 4).ShouldBeLessThan(1e-4);
        Value(deepest, "relu", "normal", 2).ShouldBeLessThan(1e-10, "a start that is too small is no better with ReLU");
        result.Claims.Count.ShouldBe(1, "nothing is claimed of a training that the user changed");
        ShouldBeSound(result);
        result.Command.ShouldBe("distsgd landscape vanishing --steps 20");
    }

    [Fact]
    public void A_deep_sigmoid_net_learns_nothing_where_a_deep_relu_net_does()
    {
        StudyResult result = new VanishingStudy().Run(new StudySettings());
        object?[][] training = Rows(result, "training");
        double Accuracy(string activation, int depth) =>
            (double)training.Single(row => (string)row[0]! == activation && (int)row[2]! == depth)[4]!;
        Accuracy("relu", 10).ShouldBeGreaterThan(0.95);
        Accuracy("sigmoid", 10).ShouldBeLessThan(0.6);
        Accuracy("sigmoid", 2).ShouldBeGreaterThan(0.95);
        result.Claims.Count.ShouldBe(2);
        ShouldBeSound(result);
    }

    [Theory]
    [InlineData(42)]
    [InlineData(7)]
    public void Zero_weights_leave_a_gradient_in_the_output_layer_and_one_hidden_unit(ulong seed)
    {
        StudyResult result = new ZeroInitializationStudy().Run(new StudySettings { Seed = seed });
        object?[][] gradients = Rows(result, "gradients");
        gradients.ShouldAllBe(row => (double)row[1]! == 0 && (double)row[2]! == 0 && (double)row[4]! > 1e-3 && (double)row[5]! < 1e-6);
        gradients.Single(row => (string)row[0]! == "relu")[3].ShouldBe(0.0);
        ((double)gradients.Single(row => (string)row[0]! == "sigmoid")[3]!).ShouldBeGreaterThan(1e-3);

        object?[][] symmetry = Rows(result, "symmetry");
        symmetry.ShouldAllBe(row => (int)row[1]! == 1 && (int)row[4]! == 16);
        symmetry.ShouldAllBe(row => (double)row[3]! < 0.7 && (double)row[6]! > 0.9);
        result.Claims[0].Verdict.ShouldBe(ClaimVerdict.Erratum);
        result.Claims[0].Proof.ShouldNotBeNull();
        ShouldBeSound(result);
    }

    [Fact]
    public void Curvature_has_both_signs_all_along()
    {
        StudyResult result = new NegativeEigenvaluesStudy().Run(new StudySettings { Steps = 300 });
        object?[][] way = Rows(result, "training");
        way.ShouldAllBe(row => (double)row[4]! < 0 && (double)row[5]! > 0);
        way.SkipLast(1).ShouldAllBe(row => (int)row[7]! >= 25, "softmax does not see what is added to all outputs alike");
        ((double)way[^2][2]!).ShouldBeLessThan(0.1 * (double)way[0][2]!);
        way[0].Take(2).ShouldBe(["start", 0]);
        way[^2].Take(2).ShouldBe(["end", 300]);
        object?[] zero = way[^1];
        zero.Take(2).ShouldBe(["all parameters zero", null]);
        ((double)zero[3]!).ShouldBeLessThan(1e-6, "all weights at zero are a critical point");
        ((int)zero[6]!).ShouldBe(24);
        ((double)zero[5]!).ShouldBe(0.5, 1e-3);
        Rows(result, "eigenvalues").Length.ShouldBe(122 * (way.Length - 1));
        ShouldBeSound(result);
    }

    [Theory]
    [InlineData(42)]
    [InlineData(7)]
    public void A_wide_net_ends_equally_low_from_every_start_and_rastrigins_function_does_not(ulong seed)
    {
        StudyResult result = new SimilarMinimaStudy().Run(new StudySettings { Seed = seed });
        object?[][] spread = Rows(result, "spread");
        ((int)spread[0][1]!).ShouldBeGreaterThan(300, "more parameters than examples");
        ((double)spread[0][8]!).ShouldBeLessThan(0.01);
        ((double)spread[1][9]!).ShouldBeGreaterThan(0.05);
        ((double)spread[2][7]!).ShouldBeGreaterThan(0.3);
        Rows(result, "runs").Length.ShouldBe(20);
        result.Claims.Select(claim => claim.Seed).ShouldBe(["000", "001", "002", "003"]);
        ShouldBeSound(result);
        Should.Throw<InputException>(() => new SimilarMinimaStudy().Run(new StudySettings { LearningRate = 1e30 }))
            .Message.ShouldContain("training has diverged");
    }

    [Fact]
    public void Costs_are_measured_with_the_clock_that_is_given()
    {
        StudyResult result = new DerivativeCostStudy(new TickingClock()).Run(new StudySettings());
        object?[][] costs = Rows(result, "costs");
        costs.ShouldAllBe(row => Math.Abs((double)row[2]! - 1000) < 1e-6 && (double)row[4]! == 1);
        ((double)costs[0][6]!).ShouldBe(8.0 * 484 * 484);
        costs.Count(row => row[5] is not null).ShouldBe(4);
        Rows(result, "exponents").ShouldAllBe(row => Math.Abs((double)row[2]!) < 1e-9);

        // On this clock nothing grows, which says something about the clock and nothing about the tutorials.
        result.Claims.Count(claim => claim.Verdict == ClaimVerdict.Inconclusive).ShouldBe(3);
        result.Claims[0].Ours.ShouldBe(
            "not measurable here: n^0 is not within 0.5 of n^1; measured before: "
            + "gradient n^0, hessian_vector_product n^0, hessian n^0; gradient n^0, hessian_vector_product n^0, hessian n^0");
        result.Claims.Single(claim => claim.Verdict == ClaimVerdict.Erratum).Ours.ShouldContain("4E+16");
        ShouldBeSound(result);
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(2.0)]
    public void Exponents_of_power_laws_are_found(double exponent)
    {
        double[] x = [1, 10, 100];
        LineFit.Exponent(x, [.. x.Select(value => 3 * Math.Pow(value, exponent))]).ShouldBe(exponent, 1e-12);
    }

    [Fact]
    public void An_inversion_is_right_and_counted()
    {
        (double[,] inverse, long operations) = CountedInversion.Invert(new double[,] { { 4, 2 }, { 2, 3 } });
        inverse.ShouldBe(new double[,] { { 0.375, -0.25 }, { -0.25, 0.5 } });
        operations.ShouldBe(10, "d³ and a reciprocal for each pivot");
        CountedInversion.Measure(20, seed: 3).ShouldSatisfyAllConditions(
            cost => cost.Entries.ShouldBe(400), cost => cost.Operations.ShouldBe(8020), cost => cost.Error.ShouldBeLessThan(1e-12));
    }

    [Fact]
    public void Names_of_studies_are_unique() =>
        StudyCatalog.All.Select(study => study.Name).ShouldBeUnique();

    private static void ShouldBeSound(StudyResult result)
    {
        result.Claims.ShouldAllBe(claim => claim.Verdict != ClaimVerdict.Contradicted);
        result.Claims.ShouldAllBe(claim => claim.Verdict != ClaimVerdict.Erratum || claim.Proof != null);
        StudyJson.Write(result).ShouldNotBeEmpty();
        result.Tables.ShouldAllBe(table => StudyCsv.Write(table).Length > 0);
        result.Sections.ShouldAllBe(section => section.Reading.Length > 0 && section.Charts.Count > 0);
    }

    private static double Value(object?[][] rows, string activation, string initialization, int column) =>
        (double)rows.Single(row => (string)row[0]! == activation && (string)row[1]! == initialization)[column]!;

    private static object?[][] Rows(StudyResult result, string table) =>
        [.. result.Tables.Single(found => found.Name == table).Rows.Select(row => row.ToArray())];

    /// <summary>A clock on which a millisecond passes whenever it is looked at.</summary>
    private sealed class TickingClock : TimeProvider
    {
        private long _now;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => _now++;
    }
}
