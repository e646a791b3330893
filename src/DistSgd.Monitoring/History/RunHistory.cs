using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.History;

/// <summary>What a log tells of its run, gathered event by event in bounded memory: curves, evaluations, alerts, actions, workers.</summary>
/// <remarks>Everything is by the log alone, so a copied log gives the same as the run it came from.</remarks>
public sealed class RunHistory
{
    /// <summary>Alerts, actions, evaluations and memberships that are kept, each; the first ones.</summary>
    public const int EntriesMax = 10_000;

    /// <summary>Workers whose times are kept; the first ones.</summary>
    public const int WorkersMax = 1024;

    private const int LayersMax = 10_000;

    private readonly Dictionary<string, List<Evaluation>> _evaluations = [];
    private readonly List<Alert> _alerts = [];
    private readonly List<TrainingAction> _actions = [];
    private readonly List<(long Step, Membership Event)> _memberships = [];
    private readonly List<long> _resumes = [];
    private readonly SortedDictionary<string, ThinnedSeries> _responses = new(StringComparer.Ordinal);
    private LayerHistory[] _layers = [];
    private bool _any;

    /// <summary>The first event; null in a log without it.</summary>
    public RunStarted? Started { get; private set; }

    /// <summary>The last event; null while the run lasts, or where it was cut off.</summary>
    public RunFinished? Finished { get; private set; }

    /// <summary>The last window of steps; null before the first.</summary>
    public StepWindow? LastWindow { get; private set; }

    /// <summary>Time of the first event.</summary>
    public DateTimeOffset FirstTime { get; private set; }

    /// <summary>Time of the last event.</summary>
    public DateTimeOffset LastTime { get; private set; }

    /// <summary>Mean training loss of each window.</summary>
    public ThinnedSeries Loss { get; } = new();

    /// <summary>Training accuracy of each window.</summary>
    public ThinnedSeries Accuracy { get; } = new();

    /// <summary>Learning rate at the end of each window.</summary>
    public ThinnedSeries LearningRate { get; } = new();

    /// <summary>Mean norm of the gradient.</summary>
    public ThinnedSeries GradientNorm { get; } = new();

    /// <summary>Largest norm of the gradient in each window.</summary>
    public ThinnedSeries GradientNormMax { get; } = new();

    /// <summary>Examples a second.</summary>
    public ThinnedSeries Rate { get; } = new();

    /// <summary>Mean age of the gradients in updates.</summary>
    public ThinnedSeries Staleness { get; } = new();

    /// <summary>The gradient's noise.</summary>
    public NoiseHistory Noise { get; } = new();

    /// <summary>Where the time of a step goes.</summary>
    public PhaseTimes Phases { get; } = new();

    /// <summary>The layers from the input.</summary>
    public IReadOnlyList<LayerHistory> Layers => _layers;

    /// <summary>Evaluations by split.</summary>
    public IReadOnlyDictionary<string, List<Evaluation>> Evaluations => _evaluations;

    /// <summary>The alerts, raised and resolved.</summary>
    public IReadOnlyList<Alert> Alerts => _alerts;

    /// <summary>What the server did about trouble.</summary>
    public IReadOnlyList<TrainingAction> Actions => _actions;

    /// <summary>Who came and went, with the step at that moment.</summary>
    public IReadOnlyList<(long Step, Membership Event)> Memberships => _memberships;

    /// <summary>Mean time in seconds that each worker took to answer, by its name.</summary>
    public IReadOnlyDictionary<string, ThinnedSeries> Responses => _responses;

    /// <summary>The last diagnosis of a plateau; null if there was none.</summary>
    public Diagnosis? LastDiagnosis { get; private set; }

    /// <summary>Steps after which the run was resumed.</summary>
    public IReadOnlyList<long> Resumes => _resumes;

    /// <summary>Most examples a step, as a mean over a window: where the batch grows, what it has grown to. 0 before the first window.</summary>
    public double LargestBatch { get; private set; }

    /// <summary>Number of steps that were skipped.</summary>
    public long Skipped { get; private set; }

    /// <summary>Number of steps whose gradient was clipped.</summary>
    public long Clipped { get; private set; }

    /// <summary>Gathers a log.</summary>
    /// <param name="events">The events that stand.</param>
    /// <returns>The history.</returns>
    public static RunHistory Of(IEnumerable<TrainingEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        var history = new RunHistory();
        foreach (TrainingEvent trainingEvent in events)
        {
            history.Add(trainingEvent);
        }

        return history;
    }

    /// <summary>Takes the next event in.</summary>
    /// <param name="trainingEvent">The event.</param>
    public void Add(TrainingEvent trainingEvent)
    {
        ArgumentNullException.ThrowIfNull(trainingEvent);
        FirstTime = _any ? FirstTime : trainingEvent.Time;
        LastTime = trainingEvent.Time;
        _any = true;
        switch (trainingEvent)
        {
            case RunStarted started: Started = started; break;
            case RunResumed resumed: Keep(_resumes, resumed.Step); Finished = null; break;
            case RunFinished finished: Finished = finished; Phases.Close(); break;
            case StepWindow window: Add(window); break;
            case LayerWindow layer: Add(layer); break;
            case WorkerWindow worker: Add(worker); break;
            case ActivationMeasurement measured: Add(measured); break;
            case NoiseScaleMeasurement noise: Noise.Add(noise); break;
            case GradientTestMeasurement tests: Noise.Add(tests); break;
            case Diagnosis diagnosis: LastDiagnosis = diagnosis; break;
            case Evaluation evaluation: Keep(EvaluationsOf(evaluation.Split), evaluation); break;
            case Alert alert: Keep(_alerts, alert); break;
            case TrainingAction action: Keep(_actions, action); break;
            case Membership membership: Keep(_memberships, (LastWindow?.Step ?? 0, membership)); break;
        }
    }

    /// <summary>The last evaluation of a split; null if there is none.</summary>
    /// <param name="split">One of <see cref="DataSplits"/>.</param>
    public Evaluation? LastOf(string split) => _evaluations.TryGetValue(split, out List<Evaluation>? all) ? all[^1] : null;

    private static void Keep<T>(List<T> list, T entry)
    {
        if (list.Count < EntriesMax)
        {
            list.Add(entry);
        }
    }

    private List<Evaluation> EvaluationsOf(string split)
    {
        if (!_evaluations.TryGetValue(split, out List<Evaluation>? all))
        {
            _evaluations[split] = all = [];
        }

        return all;
    }

    private void Add(StepWindow window)
    {
        LastWindow = window;
        Phases.Add(window);
        Skipped += window.Skipped;
        Clipped += window.Clipped;
        if (window.Count > window.Skipped)
        {
            LargestBatch = Math.Max(LargestBatch, (double)window.Examples / (window.Count - window.Skipped));
        }

        Loss.Add(window.Step, window.LossMean);
        LearningRate.Add(window.Step, window.LearningRate);
        GradientNorm.Add(window.Step, window.GradientNormMean);
        GradientNormMax.Add(window.Step, window.GradientNormMax);
        Rate.Add(window.Step, window.SamplesPerSecond);
        if (window.Accuracy is { } accuracy)
        {
            Accuracy.Add(window.Step, accuracy);
        }

        (long slices, double ages) = (0, 0);
        for (int age = 0; age < window.Staleness.Count; age++)
        {
            slices += window.Staleness[age];
            ages += (double)window.Staleness[age] * age;
        }

        if (slices > 0)
        {
            Staleness.Add(window.Step, ages / slices);
        }
    }

    private void Add(WorkerWindow worker)
    {
        Phases.Add(worker);
        if (!_responses.TryGetValue(worker.Worker, out ThinnedSeries? series))
        {
            if (_responses.Count == WorkersMax)
            {
                return;
            }

            _responses[worker.Worker] = series = new ThinnedSeries();
        }

        series.Add(worker.Step, worker.ResponseSecondsMean);
    }

    private void Add(ActivationMeasurement measured)
    {
        if (LayerOf(measured.Layer) is { } history)
        {
            history.PreActivationVariance.Add(measured.Step, measured.PreActivationVariance);
            if (((double?)measured.InactiveUnits / measured.Units ?? measured.SaturatedShare) is { } silent)
            {
                history.SilentShare.Add(measured.Step, silent);
            }
        }
    }

    private LayerHistory? LayerOf(int layer)
    {
        if (layer is < 0 or > LayersMax)
        {
            return null;
        }

        if (layer >= _layers.Length)
        {
            _layers = [.. _layers, .. Enumerable.Range(_layers.Length, layer + 1 - _layers.Length).Select(_ => new LayerHistory())];
        }

        return _layers[layer];
    }

    private void Add(LayerWindow layer)
    {
        if (LayerOf(layer.Layer) is not { } history)
        {
            return;
        }

        history.GradientNorm.Add(layer.Step, layer.WeightGradientNormMean);
        history.WeightNorm.Add(layer.Step, layer.WeightNorm);
        if (layer.UpdateNorm is { } update)
        {
            history.UpdateRatio.Add(layer.Step, update / layer.WeightNorm);
        }
    }
}

/// <summary>One layer of a <see cref="RunHistory"/>.</summary>
public sealed class LayerHistory
{
    /// <summary>Mean norm of the weight matrix's gradient in each window.</summary>
    public ThinnedSeries GradientNorm { get; } = new();

    /// <summary>Norm of the weight matrix.</summary>
    public ThinnedSeries WeightNorm { get; } = new();

    /// <summary>Norm of the last update of each window over that of the weights.</summary>
    public ThinnedSeries UpdateRatio { get; } = new();

    /// <summary>Variance of the pre-activations.</summary>
    public ThinnedSeries PreActivationVariance { get; } = new();

    /// <summary>Share of the units that are dead (ReLU) or saturated (tanh, sigmoid); empty for other layers.</summary>
    public ThinnedSeries SilentShare { get; } = new();
}
