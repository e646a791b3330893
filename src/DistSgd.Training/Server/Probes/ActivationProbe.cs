using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;

namespace DistSgd.Training.Server.Probes;

/// <summary>Has the workers measure how the units of each layer respond: before the first step, then once in so many training examples.</summary>
/// <remarks>
/// One forward pass over <see cref="ExamplesMax"/> examples, always the same: beside the examples trained between two measurements
/// that is 1 % with the default of <c>monitor.activations_every</c>, and a forward pass is a third of a step.
/// </remarks>
internal sealed class ActivationProbe
{
    /// <summary>Examples that are looked at, spread over the shards.</summary>
    public const int ExamplesMax = 256;

    private readonly TrainingTask _task;
    private readonly ActivationSums _sums;
    private readonly ProbeSchedule _schedule;
    private ActivationRequest? _request;

    /// <summary>Creates the schedule.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="config">Has the interval and the windows, at whose ends measurements are taken.</param>
    /// <param name="resumeAt">See <see cref="ProbeSchedule"/>.</param>
    public ActivationProbe(TrainingTask task, RunConfig config, long resumeAt)
    {
        _task = task;
        _sums = new ActivationSums(task.Architecture);
        _schedule = new ProbeSchedule(task, config.Log.StepEvery, config.Monitor.ActivationsEvery, resumeAt);
    }

    /// <summary>Number of training examples that take part.</summary>
    public int Examples => Math.Min(ExamplesMax, _task.Data.Count(DataPart.Training));

    /// <summary>Whether a measurement is due.</summary>
    /// <param name="step">Completed steps.</param>
    public bool IsDue(long step) => _schedule.IsDue(step);

    /// <summary>Takes the measurement of a step.</summary>
    /// <param name="server">The parameters.</param>
    /// <returns>What it needs of the workers.</returns>
    public IEnumerable<CurvatureRequest> Requests(ParameterServer server)
    {
        _schedule.Took(server.Step);
        yield return _request = new ActivationRequest(server.Parameters, _sums.Count);
    }

    /// <summary>Writes what was measured.</summary>
    /// <param name="server">The parameters.</param>
    /// <param name="context">The context of the server.</param>
    public void Emit(ParameterServer server, IActorContext context)
    {
        IReadOnlyList<LayerResponse> layers = _sums.Read(_request!.Losses);
        for (int layer = 0; layer < layers.Count; layer++)
        {
            context.Emit(new ActivationMeasurement
            {
                Time = context.Now,
                Layer = layer,
                Step = server.Step,
                Epoch = server.Epoch,
                Examples = Examples,
                Units = layers[layer].Units,
                PreActivationMean = layers[layer].Mean,
                PreActivationVariance = layers[layer].Variance,
                InactiveUnits = layers[layer].InactiveUnits,
                SaturatedShare = layers[layer].SaturatedShare,
            });
        }
    }
}
