using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules.Windows;

/// <summary>Whether a run learns anything: what tells a harmless gradient profile from a harmful one.</summary>
/// <remarks>
/// <para>Judged from the training accuracy over periods of at least <see cref="PeriodSteps"/> steps and <see cref="PeriodExamples"/>
/// examples (its standard error is then below 0.7 %), so a run is never judged by its first steps. Accuracies are measured from chance:
/// (accuracy − 1/classes)/(1 − 1/classes), so 0 is guessing and 1 is perfect for any number of classes.</para>
/// <para>AUTOTRAINER (Zhang et al., ICSE 2021) asks the same two questions after a third of the epochs: has the accuracy reached 0.6, and
/// has it risen by 0.01 from one epoch to the next? Periods answer sooner. For regression the loss takes the accuracy's place:
/// it must fall by one part in a hundred from period to period.</para>
/// </remarks>
internal sealed class LearningProgress
{
    /// <summary>Fewest steps of a period.</summary>
    public const int PeriodSteps = 100;

    /// <summary>Fewest examples of a period.</summary>
    public const int PeriodExamples = 5120;

    /// <summary>An accuracy above chance below this is poor: twice chance for ten classes, nearly.</summary>
    public const double PoorAccuracy = 0.1;

    /// <summary>An accuracy above chance that is never called stagnant (AUTOTRAINER's Θ).</summary>
    public const double SatisfyingAccuracy = 0.6;

    /// <summary>Smallest rise of the accuracy, or relative fall of the loss, that counts as progress (AUTOTRAINER's δ).</summary>
    public const double SmallestProgress = 0.01;

    /// <summary>From this accuracy on, a small gradient means that little is left to learn.</summary>
    public const double ConvergedAccuracy = 0.99;

    /// <summary>For regression: from this fraction of the first loss on, a small gradient means that little is left to learn.</summary>
    public const double ConvergedLossRatio = 1e-3;

    /// <summary>Below this share of the highest learning rate steps are too small to be judged by what they change.</summary>
    public const double AnnealedShare = 0.01;

    private double _highestRate;
    private double _chance;
    private double? _firstLoss;
    private double? _previousScore;
    private long _steps;
    private long _examples;
    private double _correct;
    private double _loss;

    /// <summary>Whether the last period was poor, or unsatisfying and no better than the one before; false before the first ends.</summary>
    public bool IsPoorOrStagnant { get; private set; }

    /// <summary>Whether the last window shows a model that has learned its training set.</summary>
    public bool IsConverged { get; private set; }

    /// <summary>The first loss that was judged; null before.</summary>
    public double? FirstLoss => _firstLoss;

    /// <summary>The last learning rate as a share of the highest one.</summary>
    public double RateShare { get; private set; }

    /// <summary>Whether the schedule has taken the learning rate below <see cref="AnnealedShare"/> of its highest value.</summary>
    public bool IsAnnealed { get; private set; }

    /// <summary>Learns the number of classes: a single output stands for two.</summary>
    public void Start(RunStarted started) => _chance = 1.0 / Math.Max(2, started.LayerWidths.LastOrDefault());

    /// <summary>Takes the next window.</summary>
    public void Observe(AggregatedWindow window)
    {
        _firstLoss ??= window.Loss;
        _highestRate = Math.Max(_highestRate, window.LearningRate);
        RateShare = _highestRate > 0 ? window.LearningRate / _highestRate : 1;
        IsAnnealed = RateShare < AnnealedShare;
        IsConverged = window.Accuracy is { } accuracy
            ? accuracy >= ConvergedAccuracy
            : window.Loss <= ConvergedLossRatio * _firstLoss;

        _steps += window.AppliedSteps;
        _examples += window.Examples;
        _correct += (window.Accuracy ?? 0) * window.Examples;
        _loss += window.Loss * window.AppliedSteps;
        if (_steps < PeriodSteps || _examples < PeriodExamples)
        {
            return;
        }

        IsPoorOrStagnant = window.Accuracy is null ? LossStandsStill(_loss / _steps) : AccuracyIsPoorOrStandsStill(_correct / _examples);
        _steps = 0;
        _examples = 0;
        _correct = 0;
        _loss = 0;
    }

    private bool AccuracyIsPoorOrStandsStill(double accuracy)
    {
        double score = (accuracy - _chance) / (1 - _chance);
        bool stagnant = score < SatisfyingAccuracy && score - _previousScore < SmallestProgress;
        _previousScore = score;
        return score < PoorAccuracy || stagnant;
    }

    private bool LossStandsStill(double loss)
    {
        bool stagnant = loss > (1 - SmallestProgress) * _previousScore;
        _previousScore = loss;
        return stagnant;
    }
}
