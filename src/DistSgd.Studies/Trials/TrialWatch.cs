using DistSgd.Monitoring.Events;
using DistSgd.Studies.Trials.Settings;

namespace DistSgd.Studies.Trials;

/// <summary>Watches the events of one trial: whether the target is reached or the loss has blown up, and what is to be remembered.</summary>
/// <param name="target">The target; null for none.</param>
/// <param name="stops">Whether the trial ends at the target.</param>
/// <param name="mostSteps">Steps after which the budget is used up; null for no limit.</param>
/// <param name="hopeless">Validation loss above which the trial counts as divergent.</param>
/// <param name="end">Called once, with the reason, when the trial is to end.</param>
internal sealed class TrialWatch(TargetConfig? target, bool stops, long? mostSteps, double hopeless, Action<string> end)
{
    /// <summary>Points of a curve that are kept.</summary>
    public const int PointsMax = 60;

    private readonly List<TrialPoint> _curve = [];
    private DateTimeOffset? _started;
    private double _trace, _squaredNorm, _ratios, _ages;
    private int _noisePoints, _ratioPoints;
    private long _applied;
    private double? _noise;
    private int _keepEvery = 1, _seen;
    private bool _isEnding;

    public bool HasDiverged { get; private set; }

    public long Examples { get; private set; }

    public long? TargetStep { get; private set; }

    public long? TargetExamples { get; private set; }

    public double? TargetSeconds { get; private set; }

    public Evaluation? LastValidation { get; private set; }

    public double? BestAccuracy { get; private set; }

    public double? Trace => _noisePoints > 0 ? _trace / _noisePoints : null;

    public double? SquaredNorm => _noisePoints > 0 ? _squaredNorm / _noisePoints : null;

    public double? MeanRatio => _ratioPoints > 0 ? _ratios / _ratioPoints : null;

    /// <summary>Null where all gradients were fresh.</summary>
    public double? Staleness => _ages > 0 ? _ages / _applied : null;

    public IReadOnlyList<TrialPoint> Curve => _curve;

    /// <summary>Takes an event in, in the order of the log.</summary>
    public void See(TrainingEvent trainingEvent)
    {
        _started ??= trainingEvent.Time;
        switch (trainingEvent)
        {
            case StepWindow window: See(window); break;
            case NoiseScaleMeasurement noise: See(noise); break;
            case Evaluation { Split: DataSplits.Validation } evaluation: See(evaluation); break;
        }
    }

    private void See(StepWindow window)
    {
        Examples += window.Examples;
        for (int age = 0; age < window.Staleness.Count; age++)
        {
            _ages += (double)age * window.Staleness[age];
            _applied += window.Staleness[age];
        }

        if (window.FirstNonFiniteStep is not null || !double.IsFinite(window.LossMean))
        {
            HasDiverged = true;
            End("diverged");
        }
        else if (window.Step >= mostSteps)
        {
            End("budget");
        }
    }

    private void See(NoiseScaleMeasurement noise)
    {
        _noise = double.IsFinite(noise.NoiseScale) ? noise.NoiseScale : null;
        _trace += noise.CovarianceTrace;
        _squaredNorm += noise.SquaredGradientNorm;
        _noisePoints++;
        if (_noise is { } ratio)
        {
            _ratios += ratio;
            _ratioPoints++;
        }
    }

    private void See(Evaluation evaluation)
    {
        LastValidation = evaluation;
        BestAccuracy = evaluation.Accuracy > BestAccuracy || BestAccuracy is null ? evaluation.Accuracy : BestAccuracy;
        Keep(new TrialPoint(evaluation.Step, Examples, evaluation.Loss, _noise));
        if (!double.IsFinite(evaluation.Loss) || evaluation.Loss > hopeless)
        {
            HasDiverged = true;
            End("diverged");
        }
        else if (TargetStep is null && target is not null && (evaluation.Accuracy >= target.Accuracy || evaluation.Loss <= target.Loss))
        {
            TargetStep = evaluation.Step;
            TargetExamples = Examples;
            TargetSeconds = (evaluation.Time - _started!.Value).TotalSeconds;
            if (stops)
            {
                End("target");
            }
        }
    }

    // A long curve keeps every second point, then every fourth, and so on.
    private void Keep(TrialPoint point)
    {
        if (_seen++ % _keepEvery == 0)
        {
            _curve.Add(point);
        }

        if (_curve.Count == PointsMax)
        {
            _keepEvery *= 2;
            for (int i = 1; i < _curve.Count; i++)
            {
                _curve.RemoveAt(i);
            }
        }
    }

    private void End(string reason)
    {
        if (!_isEnding)
        {
            _isEnding = true;
            end(reason);
        }
    }
}
