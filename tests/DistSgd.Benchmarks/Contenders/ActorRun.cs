using System.Diagnostics;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Monitoring.Events;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>
/// A run of the product, with its actors, its log and its run directory, on a thread of its own. It is halted between rounds at the end
/// of a log window, so that its threads, caches and compiled code stay as they are in a long run.
/// </summary>
internal sealed class ActorRun : IContender
{
    private readonly string _directory = Directory.CreateTempSubdirectory("distsgd-benchmark-").FullName;
    private readonly SemaphoreSlim _go = new(0);
    private readonly SemaphoreSlim _halted = new(0);
    private readonly TrainingRun _run;
    private readonly Thread _thread;
    private long _haltAt;
    private long _step;
    private long _started;
    private double _seconds;
    private bool _stopping;
    private Exception? _failure;

    public ActorRun(Workload workload)
    {
        Name = workload.Config.Cluster.Workers == 1 ? "DistSgd, 1 worker" : $"DistSgd, {workload.Config.Cluster.Workers} workers";
        _run = TrainingRun.Create(
            workload.Config, workload.Task, RunDirectory.CreateAt(Path.Combine(_directory, "run")), TimeProvider.System, Watch);
        _thread = new Thread(Train) { Name = Name };
        _thread.Start();
        _halted.Wait();
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public double Run(int steps)
    {
        _haltAt = _step + steps;
        _go.Release();
        _halted.Wait();
        return _failure is null ? _seconds : throw new InvalidOperationException("The run failed.", _failure);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping = true;
        _run.Interrupt(TrainingRun.SignalInterrupt);
        _go.Release();
        _thread.Join();
        _run.Dispose();
        Directory.Delete(_directory, recursive: true);
        _go.Dispose();
        _halted.Dispose();
    }

    private void Train()
    {
        try
        {
            _run.Execute();
        }
        catch (Exception e)
        {
            _failure = e;
        }

        _halted.Release();
    }

    private void Watch(TrainingEvent trainingEvent)
    {
        if (trainingEvent is StepWindow window && !_stopping)
        {
            _step = (long)window.Step;
            if (_step >= _haltAt)
            {
                _seconds = Stopwatch.GetElapsedTime(_started).TotalSeconds;
                _halted.Release();
                _go.Wait();
                _started = Stopwatch.GetTimestamp();
            }
        }
    }
}
