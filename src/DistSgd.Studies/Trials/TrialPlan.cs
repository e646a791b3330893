using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.Trials;

/// <summary>Which trials a study needs, as far as the results so far tell: a pure function of them, so that whoever resumes a study goes on alike.</summary>
/// <remarks>
/// A group tries every rate of its list with the first <c>search_seeds</c> seeds. While the best rate is at an end of the list, the next one beyond is tried
/// too, at most <c>search_beyond</c> times at each end. Then the best rate is run with <c>seeds</c> fresh seeds, so that what is reported is not what was
/// selected. The best rate is that of the fewest steps to the target, or of the lowest validation loss where none reaches it.
/// </remarks>
/// <param name="file">The study.</param>
public sealed class TrialPlan(StudyFile file)
{
    /// <summary>The study.</summary>
    public StudyFile File => file;

    /// <summary>The trials that have no result yet and wait for none, in the order of the groups.</summary>
    /// <param name="results">The results by <see cref="Trial.Key"/>.</param>
    /// <returns>The trials, and whether each is one of those that are reported.</returns>
    public IEnumerable<(Trial Trial, bool IsEndPoint)> Open(IReadOnlyDictionary<string, TrialResult> results) =>
        Enumerable.Range(0, file.Groups.Count).SelectMany(group => OpenIn(group, results));

    /// <summary>The rates that a group tries, those beyond its list included.</summary>
    /// <param name="group">Index of the group.</param>
    /// <param name="results">The results.</param>
    /// <returns>The rates, ascending.</returns>
    public IReadOnlyList<double> Rates(int group, IReadOnlyDictionary<string, TrialResult> results)
    {
        var rates = new List<double>(file.Groups[group].Rates is { Count: > 0 } listed ? listed : [file.Groups[group].Run.Optimizer.LearningRate]);
        if (rates.Count == 1)
        {
            return rates;
        }

        double down = rates[0] / rates[1], up = rates[^1] / rates[^2];
        int below = file.Config.SearchBeyond, above = file.Config.SearchBeyond;
        while (rates.All(rate => Searched(group, rate, results) is not null))
        {
            double? best = Best(group, rates, results);
            if ((best is null || best == rates[0]) && below-- > 0)
            {
                rates.Insert(0, rates[0] * down);
            }
            else if (best == rates[^1] && above-- > 0)
            {
                rates.Add(rates[^1] * up);
            }
            else
            {
                break;
            }
        }

        return rates;
    }

    /// <summary>The rate that a group's search has chosen.</summary>
    /// <param name="group">Index of the group.</param>
    /// <param name="results">The results.</param>
    /// <returns>The rate; null while the search lasts, and if every trial of it diverged.</returns>
    public double? BestRate(int group, IReadOnlyDictionary<string, TrialResult> results)
    {
        IReadOnlyList<double> rates = Rates(group, results);
        return rates.Count == 1 ? rates[0]
            : rates.All(rate => Searched(group, rate, results) is not null) ? Best(group, rates, results)
            : null;
    }

    /// <summary>The reported trials of a group, whether they have results or not.</summary>
    /// <param name="group">Index of the group.</param>
    /// <param name="results">The results.</param>
    /// <returns>The trials; none while the search lasts, and if every trial of it diverged.</returns>
    public IEnumerable<Trial> EndPoints(int group, IReadOnlyDictionary<string, TrialResult> results)
    {
        if (BestRate(group, results) is not { } best)
        {
            return [];
        }

        long first = file.Groups[group].Run.Seed + (Rates(group, results).Count == 1 ? 0 : file.Config.SearchSeeds);
        return Enumerable.Range(0, file.Config.Seeds).Select(i => new Trial(group, best, first + i));
    }

    /// <summary>The trials of a group's search at one rate.</summary>
    /// <param name="group">Index of the group.</param>
    /// <param name="rate">The rate.</param>
    /// <returns>The trials.</returns>
    public IEnumerable<Trial> Search(int group, double rate) =>
        Enumerable.Range(0, file.Config.SearchSeeds).Select(i => new Trial(group, rate, file.Groups[group].Run.Seed + i));

    /// <summary>Number of trials that a group is known to need.</summary>
    /// <param name="group">Index of the group.</param>
    /// <param name="results">The results.</param>
    /// <returns>The number.</returns>
    public int Count(int group, IReadOnlyDictionary<string, TrialResult> results)
    {
        int rates = Rates(group, results).Count;
        return (rates == 1 ? 0 : rates * file.Config.SearchSeeds) + file.Config.Seeds;
    }

    /// <summary>What a search found at one rate.</summary>
    /// <param name="group">Index of the group.</param>
    /// <param name="rate">The rate.</param>
    /// <param name="results">The results.</param>
    /// <returns>Medians over the seeds; null while a trial is missing.</returns>
    public RateScore? Searched(int group, double rate, IReadOnlyDictionary<string, TrialResult> results)
    {
        var found = new List<TrialResult>();
        foreach (Trial trial in Search(group, rate))
        {
            if (!results.TryGetValue(trial.Key, out TrialResult? result))
            {
                return null;
            }

            found.Add(result);
        }

        return new RateScore(
            Median(found.Select(result => (double?)result.TargetStep)),
            Median(found.Select(result => result.Outcome == TrialOutcome.Diverged ? null : result.ValidationLoss)));
    }

    private IEnumerable<(Trial Trial, bool IsEndPoint)> OpenIn(int group, IReadOnlyDictionary<string, TrialResult> results)
    {
        IReadOnlyList<double> rates = Rates(group, results);
        IEnumerable<(Trial, bool)> search = rates.Count == 1 ? [] : rates.SelectMany(rate => Search(group, rate)).Select(trial => (trial, false));
        return search.Concat(EndPoints(group, results).Select(trial => (trial, true))).Where(planned => !results.ContainsKey(planned.Item1.Key));
    }

    private double? Best(int group, IReadOnlyList<double> rates, IReadOnlyDictionary<string, TrialResult> results)
    {
        double best = rates.MinBy(rate => Searched(group, rate, results)!.Value);
        return double.IsFinite(Searched(group, best, results)!.Value.Loss) ? best : null;
    }

    private static double Median(IEnumerable<double?> values)
    {
        double[] sorted = [.. values.Select(value => value ?? double.PositiveInfinity).Order()];
        return sorted[sorted.Length / 2];
    }
}

/// <summary>How good a learning rate is: fewer steps first, then a lower loss.</summary>
/// <param name="Steps">Median of the steps to the target; infinite if it is not reached, or there is none.</param>
/// <param name="Loss">Median of the last validation losses; infinite if trials diverged.</param>
public readonly record struct RateScore(double Steps, double Loss) : IComparable<RateScore>
{
    /// <inheritdoc/>
    public int CompareTo(RateScore other) => Steps.CompareTo(other.Steps) is var bySteps && bySteps != 0 ? bySteps : Loss.CompareTo(other.Loss);
}
