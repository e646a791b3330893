using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Rules;

namespace DistSgd.Cli.Tests.Views;

/// <summary>Events as a run writes them.</summary>
internal static class Events
{
    public static DateTimeOffset Start { get; } = new(2025, 3, 10, 1, 0, 0, TimeSpan.Zero);

    public static RunResumed Resumed(long step) =>
        new() { Time = Start, Step = step, Term = 2, Workers = 2, VectorBits = 256, Checkpoint = $"step-{step}.safetensors" };

    /// <summary>The window of ten steps that ends with this one.</summary>
    public static StepWindow Window(long step, double loss = 0.5, double samplesPerSecond = 123_456, double seconds = 1) => new()
    {
        Time = Start.AddSeconds(seconds),
        Step = step,
        Epoch = 1 + (int)((step - 1) / 100),
        FirstStep = Math.Max(1, step - 9),
        Count = 10,
        Skipped = 0,
        Examples = 320,
        LossMean = loss,
        LossMin = loss,
        LossMax = loss,
        Accuracy = 0.9,
        GradientNormMean = 2 * loss,
        GradientNormMin = loss,
        GradientNormMax = 3 * loss,
        LearningRate = 0.1,
        Momentum = 0.9,
        Clipped = 0,
        Seconds = 0.1,
        SamplesPerSecond = samplesPerSecond,
    };

    public static Evaluation Evaluated(long step, string split = DataSplits.Validation) =>
        new() { Time = Start, Step = step, Epoch = 1, Split = split, Loss = 0.08538, Accuracy = 0.9734, Examples = 5000 };

    public static Alert Raised(int shard, string advice = "lower the learning rate") => new()
    {
        Time = Start,
        Rule = NonFiniteRule.RuleName,
        Severity = AlertSeverities.Critical,
        State = AlertStates.Raised,
        Step = 2,
        Epoch = 1,
        SeenAtStep = 2,
        Message = $"NaN or infinity in the loss of shard {shard} at step 2",
        Advice = advice,
    };

    public static TrainingAction Action(string action, long step, int? shard = null, string? detail = null) => new()
    {
        Time = Start,
        Action = action,
        Reason = ActionReasons.NonFiniteLoss,
        Step = step,
        Epoch = 1,
        Shard = shard,
        Detail = detail,
    };

    public static Membership Member(string worker, string change, int[] shards, string? reason = null) =>
        new() { Time = Start, Worker = worker, Change = change, Shards = shards, Reason = reason };

    public static RunFinished Finished(long step) => new()
    {
        Time = Start,
        Step = step,
        Epoch = 1,
        Outcome = RunOutcomes.StoppedByMonitor,
        Seconds = 1,
        AlertsByRule = new Dictionary<string, int>(),
    };
}
