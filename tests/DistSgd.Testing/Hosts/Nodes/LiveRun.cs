using DistSgd.Hosting;
using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Config;
using DistSgd.Training.Server;
using DistSgd.Training.Wire.Frames;
using Shouldly;

namespace DistSgd.Testing.Hosts.Nodes;

/// <summary>A run over sockets that trains, slowly, until the test lets it end: so there is a live server to be bad to.</summary>
public sealed class LiveRun : IDisposable
{
    private const int Steps = 2000;

    private readonly TimeSpan _stepPause;
    private readonly TrainingTask _task;
    private readonly ThreadedNodes _nodes;
    private readonly BackgroundWork _run;
    private readonly List<TrainingEvent> _events = [];
    private readonly ManualResetEventSlim _mayEnd = new();
    private RunResult? _result;

    /// <summary>Starts the run with one worker, and returns once it trains.</summary>
    /// <param name="address">Where the server listens.</param>
    /// <param name="config">Its config; null for a small one.</param>
    /// <param name="clock">The server's clock; null for the system's.</param>
    /// <param name="runId">Name of the run.</param>
    /// <param name="stepPause">How long each step is held up; null for long enough to try something.</param>
    public LiveRun(
        NodeAddress address, RunConfig? config = null, TimeProvider? clock = null, string runId = "small-run", TimeSpan? stepPause = null)
    {
        _stepPause = stepPause ?? TimeSpan.FromMilliseconds(10);
        config ??= HostRuns.Config(workers: 1, steps: Steps);
        _task = HostRuns.Task((RunConfig)config);
        Shape = new RunShape(_task.Architecture.CreateLayout().Length, _task.Data.Shards, _task.Encoding);
        ClusterSetup setup = HostRuns.Setup(config, Written, _task, runId: runId);
        _nodes = new ThreadedNodes(setup with { Clock = clock ?? TimeProvider.System }, address);
        _run = Limited.Start(() => _result = _nodes.Run(), "the run");
        Limited.Until(() => _nodes.Step > 2, "the run trains");
    }

    /// <summary>Where the server listens.</summary>
    public NodeAddress Address => _nodes.Address;

    /// <summary>Shape of the run's messages.</summary>
    public RunShape Shape { get; }

    /// <summary>What is trained.</summary>
    public TrainingTask Task => _task;

    /// <summary>The nodes.</summary>
    public ThreadedNodes Nodes => _nodes;

    /// <summary>What the log has so far.</summary>
    public TrainingEvent[] Events
    {
        get
        {
            lock (_events)
            {
                return [.. _events];
            }
        }
    }

    /// <summary>Waits until the log tells of somebody.</summary>
    /// <param name="change">What happened.</param>
    /// <param name="worker">To whom; null for anybody.</param>
    /// <returns>The event.</returns>
    public Membership Await(string change, string? worker = null)
    {
        Membership? found = null;
        Limited.Until(
            () => (found = Events.OfType<Membership>().LastOrDefault(e => e.Change == change && e.Worker == (worker ?? e.Worker))) is not null,
            $"{worker ?? "somebody"} {change}");
        return found!;
    }

    /// <summary>Lets the run end, which has to be what it would have been without the test.</summary>
    /// <returns>How it ended.</returns>
    public RunResult ShouldEndUnharmed()
    {
        RunResult result = End();
        result.Outcome.ShouldBe(RunOutcomes.Completed);
        ShouldBeUnharmed(result);
        return result;
    }

    /// <summary>Ends the run after its present step, up to which it has to be what it would have been without the test.</summary>
    /// <returns>How it ended.</returns>
    public RunResult ShouldStopUnharmed()
    {
        _nodes.Interrupt("the test has seen enough");
        RunResult result = End();
        result.Outcome.ShouldBe(RunOutcomes.Interrupted);
        ShouldBeUnharmed(result);
        return result;
    }

    /// <summary>Lets the run end.</summary>
    /// <returns>How it ended.</returns>
    public RunResult End()
    {
        _mayEnd.Set();
        _run.Join();
        return _result!;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _mayEnd.Set();
        _nodes.Interrupt("the test is over");
        _run.Join();
        _nodes.Dispose();
    }

    // The learning rate of a small run is constant, so it does not matter to a step how many follow it.
    private void ShouldBeUnharmed(RunResult result) =>
        result.FinalCheckpoint.ShouldNotBeNull().ParametersSha256.ShouldBe(HostRuns.ReferenceHash(_task with { TotalSteps = result.Step }));

    private void Written(TrainingEvent e)
    {
        lock (_events)
        {
            _events.Add(e);
        }

        if (e is StepWindow)
        {
            _mayEnd.Wait(_stepPause);
        }
    }
}
