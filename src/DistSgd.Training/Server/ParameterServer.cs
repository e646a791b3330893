using System.Numerics.Tensors;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Noise;
using DistSgd.Learning.Optimization;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Training.Server;

/// <summary>
/// The state of the parameter server and what one step does to it:
/// finite check, tree reduction, measurement, gradient transforms, new parameters.
/// </summary>
/// <remarks>It knows nothing of messages and workers; <see cref="Actors.ParameterServerActor"/> hosts it. A step allocates nothing.</remarks>
public sealed class ParameterServer
{
    private readonly TrainingTask _task;
    private readonly NonFinitePolicy _policy;
    private readonly GradientTransformChain _optimizer;
    private readonly EpochSampler _sampler;
    private readonly GradientTree _tree;
    private readonly RollbackPoint? _rollback;

    /// <summary>Creates a server at step 0 with initial parameters.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="policy">What happens to a non-finite slice.</param>
    /// <param name="mayRollBack">Whether it may be rolled back for other reasons too.</param>
    public ParameterServer(TrainingTask task, NonFinitePolicy policy, bool mayRollBack = false)
    {
        ArgumentNullException.ThrowIfNull(task);
        _task = task;
        _policy = policy;
        Layout = task.Architecture.CreateLayout();
        Parameters = new AlignedVector(Layout.Length);
        ParameterInitializer.Fill(Layout, task.Initialization, task.Seed, Parameters.Span);
        _optimizer = Optimizer.Build(task.Optimizer);
        _optimizer.Init(Layout);
        _sampler = task.Data.CreateSampler();
        _tree = new GradientTree(task.Data.Shards);
        Measurement = new GradientMeasurement(Layout);
        _rollback = mayRollBack || policy == NonFinitePolicy.Rollback ? new RollbackPoint(Layout.Length, Slots.Count) : null;
    }

    /// <summary>Layout of parameters and slots.</summary>
    public ParameterLayout Layout { get; }

    /// <summary>The current parameters. Not written while a step is open: new ones take the place of the step's gradient.</summary>
    public AlignedVector Parameters { get; private set; }

    /// <summary>Number of completed steps, skipped ones included.</summary>
    public long Step { get; private set; }

    /// <summary>Number of updates applied.</summary>
    public long UpdateCount { get; private set; }

    /// <summary>Number of steps skipped since the last applied update.</summary>
    public int ConsecutiveSkippedSteps { get; private set; }

    /// <summary>
    /// Number of returns to the same parameters: those of the last rollback point, and of earlier ones that were no further.
    /// </summary>
    public int RollbacksInPlace { get; private set; }

    /// <summary>What actions of the monitor have changed.</summary>
    public Interventions Interventions { get; set; } = Interventions.None;

    /// <summary>Epoch of the last completed step, from 1.</summary>
    public int Epoch => 1 + (int)_task.Batches.EpochOf(Math.Max(Step, 1) - 1);

    /// <summary>Epoch of the open step, from 1.</summary>
    public int OpenEpoch => 1 + (int)_task.Batches.EpochOf(Step);

    /// <summary>Norms of the last mean gradient.</summary>
    public GradientMeasurement Measurement { get; }

    /// <summary>The state vectors of the optimizer.</summary>
    public IReadOnlyList<OptimizerSlot> Slots => _optimizer.Slots;

    /// <summary>The batch of the open step.</summary>
    public StepRange CurrentRange => _task.Batches.RangeOf(Step);

    /// <summary>The dataset indices of a slice.</summary>
    /// <param name="step">Index of the step.</param>
    /// <param name="shard">The shard.</param>
    /// <returns>The indices.</returns>
    public ReadOnlySpan<int> ExamplesOf(long step, int shard) => _sampler.Slice(_task.Batches.RangeOf(step), shard);

    /// <summary>Completes the open step.</summary>
    /// <param name="partials">The sums of all shards, ascending by range; their vectors are overwritten, one is exchanged.</param>
    /// <param name="measure">Called with the summed gradient and its number of examples before it is transformed, when the step counts.</param>
    /// <returns>What happened.</returns>
    public StepResult CompleteStep(ReadOnlySpan<PartialGradient> partials, IStepMeasure? measure = null)
    {
        StepResult result = NewResult();
        result.Examples = CurrentRange.Count;
        Apply(partials, ref result, measure);
        Step++;
        result.Step = Step;
        return result;
    }

    /// <summary>Applies slices as an update of their own, without completing the step.</summary>
    /// <param name="partial">Their sum; its vector is overwritten or exchanged.</param>
    /// <param name="measure">Shown the gradient and the update, when they count; null for nobody.</param>
    /// <returns>What happened; its step is the open one.</returns>
    public StepResult ApplySlices(PartialGradient partial, IStepMeasure? measure = null)
    {
        ArgumentNullException.ThrowIfNull(partial);
        StepResult result = NewResult();
        foreach (ref readonly SliceStatistics slice in partial.Slices)
        {
            result.Examples += slice.Examples;
        }

        if (result.Examples > 0)
        {
            Apply([partial], ref result, measure);
        }

        return result;
    }

    /// <summary>Completes the open step, whose slices were applied one by one.</summary>
    /// <returns>Number of completed steps.</returns>
    public long CompleteStep() => ++Step;

    private StepResult NewResult() => new()
    {
        LearningRate = Interventions.RateScale * _task.LearningRateAt(Step),
        Momentum = Interventions.Momentum ?? _task.MomentumAt(Step),
        LargestSliceShard = -1,
    };

    private void Apply(ReadOnlySpan<PartialGradient> partials, ref StepResult result, IStepMeasure? measure)
    {
        PartialGradient? root = Collect(partials, ref result);
        bool usable = root is not null && (result.NonFiniteSlices == 0 || _policy == NonFinitePolicy.SkipSlice);
        result.Outcome = usable ? Update(root!, ref result, measure) : StepOutcome.NonFiniteSlice;
        if (result.Outcome == StepOutcome.Applied)
        {
            UpdateCount++;
            ConsecutiveSkippedSteps = 0;
        }
        else
        {
            ConsecutiveSkippedSteps++;
            if (_policy == NonFinitePolicy.Rollback)
            {
                RollBack();
            }
        }
    }

    /// <summary>Why the run does not get on: too many steps without a lasting update.</summary>
    /// <param name="limit">Skipped steps in a row, or rollbacks to the same parameters, that are too many.</param>
    /// <returns>The reason for people, or null if it gets on.</returns>
    public string? WhyStuck(int limit) =>
        ConsecutiveSkippedSteps >= limit ? $"{ConsecutiveSkippedSteps} consecutive steps were skipped"
        : RollbacksInPlace >= limit ? $"{RollbacksInPlace} rollbacks came back to the same parameters"
        : null;

    /// <summary>Remembers the present state as the one that a rollback returns to, if this server may be rolled back.</summary>
    public void MarkRollbackPoint()
    {
        if (_rollback is not null)
        {
            // A point that is no further than the last one is no progress: what was applied between them was taken back.
            RollbacksInPlace = _rollback.UpdateCount >= 0 && _rollback.UpdateCount < UpdateCount ? 0 : RollbacksInPlace;
            _rollback.Mark(Parameters, Slots.Select(slot => slot.Values), UpdateCount);
        }
    }

    /// <summary>Returns to the rollback point; the steps, and with them the batches, go on.</summary>
    public void RollBack()
    {
        if (_rollback is { UpdateCount: >= 0 })
        {
            _rollback.Restore(Parameters, Slots.Select(slot => slot.Values));
            UpdateCount = _rollback.UpdateCount;
            RollbacksInPlace++;
        }
    }

    /// <summary>Moves the parameters.</summary>
    /// <param name="direction">Where to.</param>
    /// <param name="distance">How far.</param>
    public void Move(AlignedVector direction, double distance)
    {
        ArgumentNullException.ThrowIfNull(direction);
        TensorPrimitives.FusedMultiplyAdd(direction.Span, (float)distance, Parameters.Span, Parameters.Span);
    }

    /// <summary>Continues from a checkpoint.</summary>
    /// <param name="checkpoint">The checkpoint, of the same model and optimizer.</param>
    public void Restore(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        Parameters.CopyFrom(checkpoint.Parameters);
        checkpoint.RestoreSlots([.. Slots.Select(slot => (slot.Name, slot.Values))]);
        Step = checkpoint.State.Step;
        UpdateCount = checkpoint.State.UpdateCount;
        ConsecutiveSkippedSteps = checkpoint.State.ConsecutiveSkippedSteps;
        RollbacksInPlace = checkpoint.State.RollbacksInPlace;
        Interventions = checkpoint.State.Interventions ?? Interventions.None;
    }

    /// <summary>Copies everything that a later life of the server needs.</summary>
    /// <param name="options">Term and digests of this life.</param>
    /// <param name="stopping">State of early stopping.</param>
    /// <param name="evaluationIsDue">Whether the evaluation after the step is still to come.</param>
    /// <param name="shardClocks">Number of slices that were applied of each shard, where shards have clocks of their own.</param>
    /// <param name="noise">What the noise scale is estimated from; null where it is not.</param>
    /// <returns>A checkpoint with vectors of its own.</returns>
    public Checkpoint Snapshot(
        ServerOptions options, EarlyStoppingState stopping, bool evaluationIsDue = false, IReadOnlyList<long>? shardClocks = null, NoiseSums? noise = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(stopping);
        return new Checkpoint
        {
            State = new TrainingState
            {
                Step = Step,
                UpdateCount = UpdateCount,
                ConsecutiveSkippedSteps = ConsecutiveSkippedSteps,
                RollbacksInPlace = RollbacksInPlace,
                Term = options.Term,
                ConfigDigest = options.ConfigDigest,
                DataSha256 = _task.Data.Dataset.Sha256,
                BestValidationLoss = stopping.Best,
                EvaluationsSinceBest = stopping.EvaluationsSinceBest,
                EvaluationIsDue = evaluationIsDue,
                ShardClocks = shardClocks,
                Interventions = Interventions == Interventions.None ? null : Interventions,
                Noise = noise,
            },
            Layout = Layout,
            Parameters = CheckpointQueue.Copy(Parameters),
            Slots = [.. Slots.Select(slot => (slot.Name, CheckpointQueue.Copy(slot.Values)))],
            InputScale = _task.Data.Scaler.Scale,
            InputShift = _task.Data.Scaler.Shift,
            ModelJson = options.ModelJson,
        };
    }

    /// <summary>Puts the sums into the tree.</summary>
    /// <returns>The node whose vector will have the sum of all, or null if no slice is finite.</returns>
    private PartialGradient? Collect(ReadOnlySpan<PartialGradient> partials, ref StepResult result)
    {
        _tree.Clear();
        PartialGradient? root = null;
        foreach (PartialGradient partial in partials)
        {
            foreach (ref readonly SliceStatistics slice in partial.Slices)
            {
                if (!slice.IsFinite)
                {
                    result.NonFiniteSlices++;
                    continue;
                }

                result.ExamplesKept += slice.Examples;
                result.LossSum += slice.LossSum;
                result.Correct += slice.Correct;
                result.Slices++;
                result.ScaledSquares += slice.SquaredNorm / slice.Examples;
                if (slice.MeanNorm > result.LargestSliceNorm || result.LargestSliceShard < 0)
                {
                    result.LargestSliceNorm = slice.MeanNorm;
                    result.LargestSliceShard = slice.Shard;
                }
            }

            if (partial.Sum is { } sum)
            {
                _tree.Add(partial.Range.First, sum);
                root ??= partial;
            }
        }

        return root;
    }

    private StepOutcome Update(PartialGradient root, ref StepResult result, IStepMeasure? measure)
    {
        AlignedVector sum = Measurement.SumAndMeasure(_tree, result.ExamplesKept);
        result.GradientNorm = Measurement.Norm;
        if (!double.IsFinite(result.GradientNorm))
        {
            return StepOutcome.NonFiniteSum;
        }

        double clipNorm = Interventions.ClipNorm ?? double.PositiveInfinity;
        result.Clipped = Math.Min(clipNorm, _task.Optimizer.ClipNorm ?? clipNorm) < result.GradientNorm;
        measure?.Gradient(sum, result.ExamplesKept);
        var context = new UpdateContext(Step, UpdateCount, result.LearningRate, result.Momentum, result.GradientNorm, clipNorm);
        if (!_optimizer.Step(context, sum, result.ExamplesKept, Parameters))
        {
            return StepOutcome.NonFiniteParameters;
        }

        measure?.Update(Parameters, sum);
        root.Exchange(Parameters);
        Parameters = sum;
        return StepOutcome.Applied;
    }
}
