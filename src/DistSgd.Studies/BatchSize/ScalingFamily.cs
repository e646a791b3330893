using DistSgd.Studies.Statistics;

namespace DistSgd.Studies.BatchSize;

/// <summary>Groups that differ in their batch size alone: how steps, examples and the best learning rate follow it.</summary>
public sealed class ScalingFamily
{
    /// <summary>The axis that makes a family.</summary>
    public const string Axis = "training.batch_size";

    /// <summary>Perfect scaling ends, and maximal parallelism begins, at this factor below and above B_crit: there the slope of log S is −0.8 and −0.2.</summary>
    public const double RegimeFactor = 4;

    private ScalingFamily(string name, IReadOnlyList<GroupSummary> groups)
    {
        Name = name;
        Groups = groups;
        GroupSummary[] reached = [.. groups.Where(group => group.Steps is not null)];
        Fit = ScalingFit.Of([.. reached.Select(group => (double)group.BatchSize)], [.. reached.Select(group => group.Steps!.Value.Mean)]);
        NoiseScales = Sorted(group => group.NoiseScale);
        NoiseMeanRatios = Sorted(group => group.NoiseMeanRatio);
        Rates = RateRule.Of(this);
    }

    /// <summary>What the groups have in common; empty if nothing needs to be said.</summary>
    public string Name { get; }

    /// <summary>The groups by ascending batch size.</summary>
    public IReadOnlyList<GroupSummary> Groups { get; }

    /// <summary>The law that was fitted; null where fewer than four batches reached the target.</summary>
    public ScalingFit? Fit { get; }

    /// <summary>B_simple along the runs to the target, of each batch size, ascending; none where no steps have two slices.</summary>
    public IReadOnlyList<double> NoiseScales { get; }

    /// <summary>The same of the means of ratios.</summary>
    public IReadOnlyList<double> NoiseMeanRatios { get; }

    /// <summary>The median of <see cref="NoiseScales"/>.</summary>
    public double? NoiseScale => Median(NoiseScales);

    /// <summary>The median of <see cref="NoiseMeanRatios"/>.</summary>
    public double? NoiseMeanRatio => Median(NoiseMeanRatios);

    /// <summary>How the best learning rate follows the batch; null where it was not searched, or too few batches are there.</summary>
    public RateRule? Rates { get; }

    /// <summary>The regime of a batch size.</summary>
    /// <param name="batch">The batch size.</param>
    /// <returns>Its name; null without a fit.</returns>
    public string? Regime(double batch) => Fit is not { } fit ? null
        : batch <= fit.CriticalBatch / RegimeFactor ? "perfect scaling"
        : batch < fit.CriticalBatch * RegimeFactor ? "diminishing returns"
        : "maximal parallelism";

    /// <summary>Cuts groups into families.</summary>
    /// <param name="groups">All groups of a study.</param>
    /// <returns>The families; none if no axis of the grid is the batch size.</returns>
    public static IReadOnlyList<ScalingFamily> Of(IReadOnlyList<GroupSummary> groups) =>
    [
        .. groups
            .Where(group => group.Group.Point.Any(setting => setting.Key == Axis))
            .GroupBy(group => string.Join(", ", group.Group.Point.Where(setting => setting.Key != Axis).Select(setting => setting.ToString()).Prepend(group.Group.Variant).Where(part => part.Length > 0)))
            .Select(family => new ScalingFamily(family.Key, [.. family.OrderBy(group => group.BatchSize)])),
    ];

    private double[] Sorted(Func<GroupSummary, double?> number) => [.. Groups.Select(number).OfType<double>().Order()];

    private static double? Median(IReadOnlyList<double> sorted) => sorted.Count > 0 ? sorted[sorted.Count / 2] : null;
}
