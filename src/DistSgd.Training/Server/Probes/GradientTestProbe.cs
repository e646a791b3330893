using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Noise;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;

namespace DistSgd.Training.Server.Probes;

/// <summary>Has the workers test how far the mean gradient of a slice can be trusted, once in so many training examples, where the config asks for it.</summary>
/// <remarks>
/// The slices have as many examples as those of the run's first batch, always the same ones of each shard. A measurement costs a gradient of a batch and, for b
/// examples of a slice, b²/2 inner products of inputs and of errors, one to two steps in all at b = 32.
/// </remarks>
internal sealed class GradientTestProbe
{
    private readonly TrainingTask _task;
    private readonly ProbeSchedule _schedule;
    private GradientTestRequest? _request;

    /// <summary>Creates the probe.</summary>
    /// <param name="task">What is trained.</param>
    /// <param name="config">Has the interval.</param>
    /// <param name="resumeAt">See <see cref="ProbeSchedule"/>.</param>
    public GradientTestProbe(TrainingTask task, RunConfig config, long resumeAt)
    {
        _task = task;
        _schedule = new ProbeSchedule(task, config.Log.StepEvery, config.Monitor.GradientTestsEvery, resumeAt);
    }

    /// <summary>Number of training examples that take part: a batch, and no more than a block of each shard.</summary>
    public int Examples => Math.Min(_task.Batches.FirstBatch, BlockEvaluator.BlockSize * _task.Data.Shards);

    /// <summary>Whether a measurement is due.</summary>
    /// <param name="step">Completed steps.</param>
    public bool IsDue(long step) => _schedule.IsDue(step);

    /// <summary>Takes the measurement of a step.</summary>
    /// <param name="server">The parameters.</param>
    /// <returns>What it needs of the workers.</returns>
    public IEnumerable<CurvatureRequest> Requests(ParameterServer server)
    {
        _schedule.Took(server.Step);
        yield return _request = new GradientTestRequest(server.Parameters);
    }

    /// <summary>Writes what was measured; nothing where no slice has two examples, or none has a gradient.</summary>
    /// <param name="server">The parameters.</param>
    /// <param name="context">The context of the server.</param>
    public void Emit(ParameterServer server, IActorContext context)
    {
        if (GradientTests.Read(_request!.Losses) is { } result)
        {
            context.Emit(new GradientTestMeasurement
            {
                Time = context.Now,
                Step = server.Step,
                Epoch = server.Epoch,
                Examples = Examples,
                NormTest = result.Norm,
                InnerProductTest = result.InnerProduct,
                OrthogonalityTest = result.Orthogonality,
                CovarianceTrace = result.Trace,
                SquaredGradientNorm = result.SquaredNorm,
                NoiseScale = result.NoiseScale,
            });
        }
    }
}
