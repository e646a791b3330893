using System.Globalization;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server.Probes;

namespace DistSgd.Training.Server.Decisions;

/// <summary>What happens between two steps for the monitor's sake: measurements by the workers, and the actions that the config allows.</summary>
/// <param name="task">What is trained.</param>
/// <param name="config">What is measured and done.</param>
/// <param name="server">The parameters.</param>
/// <param name="probe">Asks the workers.</param>
/// <param name="activations">When activations are measured.</param>
/// <param name="gradientTests">When gradients are tested.</param>
/// <param name="decider">Decides about alerts; null if nothing is to be decided.</param>
internal sealed class Interludes(
    TrainingTask task, RunConfig config, ParameterServer server, ProbeRound probe, ActivationProbe activations, GradientTestProbe gradientTests, ActionDecider? decider)
{
    private Action<IActorContext> _finish = static _ => { };

    /// <summary>Why the run is to stop; null if it goes on.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Does what is due after a completed step. If that needs the workers, it goes on when they have answered.</summary>
    /// <param name="context">The context of the server.</param>
    /// <returns>True if workers are asked for something.</returns>
    public bool Begin(IActorContext context)
    {
        if (activations.IsDue(server.Step))
        {
            _finish = to => activations.Emit(server, to);
            probe.Start(activations.Requests(server), activations.Examples, context);
            return true;
        }

        if (gradientTests.IsDue(server.Step))
        {
            _finish = to => gradientTests.Emit(server, to);
            probe.Start(gradientTests.Requests(server), gradientTests.Examples, context);
            return true;
        }

        if (decider?.Next(server.Interventions, server.Step) is { } next)
        {
            Act(next.Action, next.Rule, context);
        }

        if (!probe.IsRunning && decider?.DiagnosisIsDue == true)
        {
            Diagnose(context);
        }

        return probe.IsRunning;
    }

    /// <summary>Takes an answer of a worker in.</summary>
    /// <param name="measured">The answer.</param>
    /// <param name="context">The context of the server.</param>
    /// <returns>True if what was asked is complete with it.</returns>
    public bool Take(CurvatureMeasured measured, IActorContext context)
    {
        if (!probe.Take(measured, context))
        {
            return false;
        }

        _finish(context);
        return true;
    }

    /// <summary>After a worker has come or gone: asks anew.</summary>
    /// <param name="context">The context of the server.</param>
    public void HandOver(IActorContext context) => probe.HandOver(context);

    /// <summary>Gives up what is being asked.</summary>
    public void Abandon() => probe.Abandon();

    private void Diagnose(IActorContext context, string? movesFor = null)
    {
        decider!.Diagnosed();
        var plateau = new PlateauProbe(task, server, moves: movesFor is not null, context.Now);
        _finish = to =>
        {
            plateau.Emit(to);
            if (movesFor is not null)
            {
                Leave(plateau, movesFor, to);
            }
        };
        probe.Start(plateau.Requests(), plateau.Examples, context);
    }

    private void Act(AlertAction action, string rule, IActorContext context)
    {
        MonitorActionsConfig actions = config.Monitor.Actions;
        server.Interventions = server.Interventions with { Taken = server.Interventions.Taken + 1, LastStep = server.Step };
        switch (action)
        {
            case AlertAction.LowerRate: ScaleRate(actions.RateFactor, TrainingActions.LowerRate, rule, context); break;
            case AlertAction.RaiseRate: ScaleRate(1 / actions.RateFactor, TrainingActions.RaiseRate, rule, context); break;
            case AlertAction.AddMomentum:
                server.Interventions = server.Interventions with { Momentum = actions.Momentum };
                Report(TrainingActions.AddMomentum, rule, Say($"momentum {actions.Momentum} from now on"), context);
                break;
            case AlertAction.Clip:
                server.Interventions = server.Interventions with { ClipNorm = actions.ClipNorm };
                Report(TrainingActions.Clip, rule, Say($"gradients are clipped to the norm {actions.ClipNorm} from now on"), context);
                break;
            case AlertAction.Rollback:
                server.RollBack();
                Report(TrainingActions.Rollback, rule, Say($"back to the parameters after {server.UpdateCount} updates; the batches since are skipped"), context);
                break;
            case AlertAction.Perturb: Diagnose(context, rule); break;
            default:
                StopReason = $"the rule {rule} spoke and monitor.actions.{rule} is stop";
                break;
        }
    }

    private void Leave(PlateauProbe plateau, string rule, IActorContext context)
    {
        if (plateau.WayDown is { } way)
        {
            server.Move(way.Direction, way.Distance);
            Report(TrainingActions.Perturb, rule, Say($"by {Math.Abs(way.Distance):G3} along the most negative curvature, {plateau.Verdict!.Smallest:G3}"), context);
        }
        else
        {
            ScaleRate(config.Monitor.Actions.RateFactor, TrainingActions.LowerRate, rule, context);
        }
    }

    private void ScaleRate(double factor, string action, string rule, IActorContext context)
    {
        server.Interventions = server.Interventions with { RateScale = server.Interventions.RateScale * factor };
        Report(action, rule, Say($"learning rates are {server.Interventions.RateScale:G3} times those of the schedule from now on"), context);
    }

    private void Report(string action, string rule, string detail, IActorContext context) => context.Emit(new TrainingAction
    {
        Time = context.Now,
        Action = action,
        Reason = rule,
        Step = server.Step,
        Epoch = server.Epoch,
        Detail = detail,
    });

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
