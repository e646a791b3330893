using System.Globalization;
using DistSgd.Monitoring.Events;

namespace DistSgd.Monitoring.Rules;

/// <summary>One shard's gradients are much larger than those of the others, window after window: its data are corrupted, or its worker computes wrongly.</summary>
/// <remarks>
/// That a healthy shard is the largest of S by chance has the probability 1/S in a window, so windows in a row count. If the alert names
/// another worker for the same shard later, it is the data.
/// </remarks>
/// <param name="thresholds">Its thresholds.</param>
public sealed class OutlierShardRule(OutlierShardThresholds thresholds) : IRule
{
    /// <summary>The name of this rule.</summary>
    public const string RuleName = "outlier_shard";

    private readonly AlertLatch _latch = new();
    private int? _shard;
    private int _windows;
    private long _steps;

    /// <inheritdoc/>
    public string Name => RuleName;

    /// <inheritdoc/>
    public void Observe(TrainingEvent trainingEvent, List<Alert> alerts)
    {
        if (trainingEvent is not StepWindow window)
        {
            return;
        }

        double ratio = window.LargestShardNorm / window.OtherShardsNorm ?? 0;
        bool standsOut = ratio > thresholds.Factor;
        bool isSame = standsOut && window.LargestShard == _shard;
        (_shard, _windows, _steps) = !standsOut ? (null, 0, 0) : isSame ? (_shard, _windows + 1, _steps + window.Count) : (window.LargestShard, 1, window.Count);
        if (_windows < thresholds.Windows || _steps < thresholds.Steps)
        {
            _latch.Release(window.Time, window.Step, window.Epoch, alerts);
        }
        else if (_latch.Hold(window.Step))
        {
            string message = string.Create(
                CultureInfo.InvariantCulture,
                $"shard {_shard} on {window.LargestShardWorker}: gradients of norm {window.LargestShardNorm:G3} where the other shards have {window.OtherShardsNorm:G3}, over {_steps} steps up to {window.Step}; healthy is at most {thresholds.Factor:G3} times that");
            _latch.Raise(
                Name,
                (window.Time, window.Step, window.Epoch),
                (message + AlertLatch.Naming(window.LargestShardExamples), ratio, thresholds.Factor),
                Advice.For(Symptom.OutlierShard),
                alerts,
                window.LargestShardWorker,
                slice: (_shard, window.LargestShardExamples));
        }
    }
}
