using DistSgd.Hosting;
using DistSgd.Hosting.InProcess;
using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Numerics.Memory;

namespace DistSgd.Studies.Curvature;

/// <summary><c>curvature RUN</c>: examines the loss around a checkpoint of a run, data sharded over workers like in a step.</summary>
public static class CurvatureStudy
{
    /// <summary>Examines a run.</summary>
    /// <param name="run">The run and its checkpoint.</param>
    /// <param name="options">How closely to look.</param>
    /// <param name="progress">Told the stage before every request, on the calling thread; must be quick.</param>
    /// <returns>What was found.</returns>
    /// <exception cref="InputException">The loss is not finite at the checkpoint.</exception>
    public static StudyResult Run(SavedRun run, CurvatureOptions options, Action<ProbeStage> progress)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(options);
        AlignedVector[] path = [.. run.Path.Select(visited => visited.Parameters)];
        var probe = new CurvatureProbe(run.Checkpoint.Layout, run.Checkpoint.Parameters, options.Settings, path);
        CurvatureCluster.Run(run.Task, options.Workers, options.Examples, Observed(probe, progress));
        if (!probe.IsFinite)
        {
            throw new InputException(
                $"{run.Directory.FullPath}: at the checkpoint of step {run.Checkpoint.State.Step} the loss is {probe.Loss} and its gradient's norm "
                + $"{probe.GradientNorm}; curvature needs a point where loss, gradient and Hessian are finite. Choose another with --step.");
        }

        return CurvatureReport.Of(run, probe, options);
    }

    private static IEnumerable<CurvatureRequest> Observed(CurvatureProbe probe, Action<ProbeStage> progress)
    {
        foreach (CurvatureRequest request in probe.Requests())
        {
            progress(probe.Stage);
            yield return request;
        }
    }
}
