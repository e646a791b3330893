using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Tests.Rules;

/// <summary>Hand-made events of a run: healthy ones unless a test changes them.</summary>
public static class SampleRun
{
    public const int StepEvery = 10;

    public static RunStarted Started(params int[] widths) => new()
    {
        Time = At(0),
        Run = "sample",
        RunId = "1a2b",
        Seed = 42,
        Term = 1,
        Config = [],
        ConfigDigest = "c0",
        DataSha256 = "da",
        Shards = 4,
        Workers = 2,
        Parameters = 100,
        LayerWidths = widths,
        TrainingExamples = 55000,
        ValidationExamples = 5000,
        TestExamples = 10000,
        StepsTotal = 2150,
        StepsPerEpoch = 430,
        BatchSize = 128,
        Processor = "cpu",
        Cores = 2,
        OperatingSystem = "Linux",
        Runtime = ".NET 10",
        VectorBits = 512,
        ProductVersion = "0.1.0",
    };

    public static RunResumed Resumed(long step) =>
        new() { Time = At(step), Step = step, Term = 2, Workers = 2, VectorBits = 512, Checkpoint = $"step-{step}.safetensors" };

    /// <summary>The window of <see cref="StepEvery"/> steps that ends at a step.</summary>
    public static StepWindow Step(long step, double norm = 1, double? accuracy = 0.9, int batch = 128) => new()
    {
        Time = At(step),
        Step = step,
        Epoch = 1,
        FirstStep = step - StepEvery + 1,
        Count = StepEvery,
        Skipped = 0,
        Examples = StepEvery * batch,
        LossMean = 0.5,
        LossMin = 0.4,
        LossMax = 0.6,
        Accuracy = accuracy,
        GradientNormMean = norm,
        GradientNormMin = norm / 2,
        GradientNormMax = norm * 2,
        GradientNormMaxStep = step - 3,
        LearningRate = 0.1,
        Momentum = 0.9,
        Clipped = 0,
        LargestSliceNorm = norm * 3,
        LargestSliceWorker = "worker-1",
        LargestSliceShard = 2,
        LargestSliceStep = step - 3,
        Seconds = 0.01,
        SamplesPerSecond = 128000,
    };

    /// <summary>The window of a step whose steps were all skipped.</summary>
    public static StepWindow Skipped(long step) => Step(step, double.NaN, null) with
    {
        Skipped = StepEvery,
        Examples = 0,
        LossMean = double.NaN,
        LossMin = double.NaN,
        LossMax = double.NaN,
        GradientNormMaxStep = null,
        LargestSliceNorm = null,
        LargestSliceWorker = null,
        LargestSliceShard = null,
        LargestSliceStep = null,
        FirstNonFiniteStep = step - StepEvery + 1,
    };

    public static LayerWindow Layer(int layer, long step, double norm = 0.5, double magnitude = 1e-3) => new()
    {
        Time = At(step),
        Layer = layer,
        Step = step,
        Epoch = 1,
        FirstStep = step - StepEvery + 1,
        Count = StepEvery,
        WeightGradientNormMean = norm,
        WeightGradientNormMax = norm * 2,
        WeightGradientNormMaxStep = step - 3,
        BiasGradientNormMean = norm / 10,
        GradientMeanMagnitude = magnitude,
        WeightNorm = 10,
    };

    /// <summary>A step window and its layers, whose norms are given from the input.</summary>
    public static IEnumerable<TrainingEvent> Window(StepWindow step, params double[] layerNorms) =>
        [step, .. layerNorms.Select((norm, layer) => Layer(layer, step.Step, norm))];

    public static TrainingAction NonFinite(long step, string worker, int shard, int? layer = null) => new()
    {
        Time = At(step),
        Action = TrainingActions.SkipSlice,
        Reason = ActionReasons.NonFiniteGradient,
        Step = step,
        Epoch = 1,
        Worker = worker,
        Shard = shard,
        Layer = layer,
        Examples = [3, 1, 4],
    };

    public static Evaluation Evaluation(long step, double loss = 0.5) =>
        new() { Time = At(step), Step = step, Epoch = 1, Split = DataSplits.Validation, Loss = loss, Accuracy = 0.9, Examples = 5000 };

    public static CheckpointWritten Checkpoint(long step) =>
        new() { Time = At(step), Step = step, File = $"step-{step}.safetensors", ParametersSha256 = "ab", Bytes = 1 };

    public static Alert Alert(long step, long seenAtStep) => new()
    {
        Time = At(seenAtStep),
        Rule = "sample",
        Severity = AlertSeverities.Warning,
        State = AlertStates.Raised,
        Step = step,
        SeenAtStep = seenAtStep,
        Epoch = 1,
        Message = "sample",
    };

    public static RunFinished Finished(long step) => new()
    {
        Time = At(step),
        Step = step,
        Epoch = 1,
        Outcome = RunOutcomes.Completed,
        Seconds = 1,
        AlertsByRule = new Dictionary<string, int>(),
    };

    public static DateTimeOffset At(long step) => DateTimeOffset.UnixEpoch.AddMilliseconds(step);
}
