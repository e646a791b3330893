using DistSgd.Learning.Gradients;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;

namespace DistSgd.Training.Server;

/// <summary>Says in the log what the server did about numbers that are not finite, and where they came from.</summary>
internal static class ActionReports
{
    /// <summary>True if a slice of the step has a NaN or an infinity.</summary>
    public static bool AnyNonFinite(ReadOnlySpan<PartialGradient> partials)
    {
        foreach (PartialGradient partial in partials)
        {
            foreach (ref readonly SliceStatistics slice in partial.Slices)
            {
                if (!slice.IsFinite)
                {
                    return true;
                }
            }
        }

        return false;
    }

    /// <summary>Reports every non-finite slice among some of the open step, with its worker, shard and examples.</summary>
    /// <param name="partials">The slices.</param>
    /// <param name="step">Index of the step that their examples are of; in mode ssp and async it may be another than the open one.</param>
    /// <param name="server">The server.</param>
    /// <param name="policy">What it does about them.</param>
    /// <param name="workerOf">Name of the worker that a slice came from.</param>
    /// <param name="context">The context of the server.</param>
    public static void EmitSlices(
        ReadOnlySpan<PartialGradient> partials,
        long step,
        ParameterServer server,
        NonFinitePolicy policy,
        Func<int, string> workerOf,
        IActorContext context)
    {
        foreach (PartialGradient partial in partials)
        {
            foreach (ref readonly SliceStatistics slice in partial.Slices)
            {
                if (slice.IsFinite)
                {
                    continue;
                }

                context.Emit(new TrainingAction
                {
                    Time = context.Now,
                    Action = ActionOf(policy),
                    Reason = double.IsFinite(slice.LossSum) ? ActionReasons.NonFiniteGradient : ActionReasons.NonFiniteLoss,
                    Step = server.Step + 1,
                    Epoch = server.OpenEpoch,
                    Worker = workerOf(slice.Shard),
                    Shard = slice.Shard,
                    Examples = server.ExamplesOf(step, slice.Shard).ToArray(),
                });
            }
        }
    }

    /// <summary>Reports a completed step whose sum or new parameters were not finite although its slices were.</summary>
    public static void EmitStep(in StepResult result, ParameterServer server, NonFinitePolicy policy, IActorContext context) =>
        context.Emit(new TrainingAction
        {
            Time = context.Now,
            Action = ActionOf(policy == NonFinitePolicy.SkipSlice ? NonFinitePolicy.SkipStep : policy),
            Reason = result.Outcome == StepOutcome.NonFiniteSum ? ActionReasons.NonFiniteGradient : ActionReasons.NonFiniteParameters,
            Step = result.Step,
            Epoch = server.Epoch,
            Detail = result.Outcome == StepOutcome.NonFiniteSum
                ? "every slice was finite, their sum was not"
                : "the update would have made a parameter non-finite; the old parameters stay",
        });

    /// <summary>Reports that the server ends the run.</summary>
    public static void EmitStop(string reason, string detail, ParameterServer server, IActorContext context) =>
        context.Emit(new TrainingAction
        {
            Time = context.Now,
            Action = TrainingActions.Stop,
            Reason = reason,
            Step = server.Step,
            Epoch = server.Epoch,
            Detail = detail,
        });

    private static string ActionOf(NonFinitePolicy policy) => policy switch
    {
        NonFinitePolicy.SkipSlice => TrainingActions.SkipSlice,
        NonFinitePolicy.SkipStep => TrainingActions.SkipStep,
        NonFinitePolicy.Rollback => TrainingActions.Rollback,
        NonFinitePolicy.Stop => TrainingActions.Stop,
        _ => throw new ArgumentOutOfRangeException(nameof(policy), policy, "Unknown policy."),
    };
}
