using System.Diagnostics;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Training.Config;
using DistSgd.Training.Server;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>What actors do in a step, without actors: the slices of all shards, then the server's pipeline.</summary>
internal sealed class BareStep : IContender
{
    private readonly TrainingTask _task;
    private readonly SliceGradients _gradients;
    private readonly ParameterServer _server;

    public BareStep(Workload workload)
    {
        _task = workload.Task;
        _gradients = new SliceGradients(_task.Architecture, _task.Data);
        _gradients.Assign([.. Enumerable.Range(0, _task.Data.Shards)]);
        _server = new ParameterServer(_task, NonFinitePolicy.SkipStep);
    }

    /// <inheritdoc/>
    public string Name => "bare step";

    /// <summary>Seconds spent in the gradient since the last call.</summary>
    public double GradientSeconds { get; private set; }

    /// <inheritdoc/>
    public double Run(int steps)
    {
        long start = Stopwatch.GetTimestamp();
        GradientSeconds = 0;
        for (int i = 0; i < steps; i++)
        {
            long gradient = Stopwatch.GetTimestamp();
            _gradients.Compute(_server.Parameters, _task.Batches.RangeOf(_server.Step));
            GradientSeconds += Stopwatch.GetElapsedTime(gradient).TotalSeconds;
            _server.CompleteStep(_gradients.Partials);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
