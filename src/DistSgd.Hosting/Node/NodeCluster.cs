using DistSgd.Hosting.Mailbox;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Node;

/// <summary>Server and monitor of a training run in this process; its workers are other processes that dial.</summary>
public sealed class NodeCluster : ITrainingCluster
{
    private readonly NodeLoop _loop;
    private readonly ParameterServerActor _server;
    private readonly Action<TrainingEvent> _written;

    /// <summary>Wires the server of a run.</summary>
    /// <param name="setup">The run.</param>
    /// <param name="listener">Where workers dial; closed with the cluster.</param>
    /// <param name="token">The secret of the run.</param>
    /// <param name="createStage">Makes the stage of the actors; a lent mailbox loop if null.</param>
    public NodeCluster(ClusterSetup setup, NodeListener listener, byte[] token, ActorStageFactory? createStage = null)
    {
        ArgumentNullException.ThrowIfNull(setup);
        ArgumentNullException.ThrowIfNull(listener);
        _written = setup.Written;
        Address = listener.Address;
        RunId = setup.RunId;
        TrainingTask task = setup.Task;
        EpochSampler sampler = task.Data.CreateSampler();
        var settings = new NodeServerSettings
        {
            Token = token,
            RunId = setup.RunId,
            Term = setup.Options.Term,
            ConfigYaml = ConfigWriter.ToYaml(setup.Config),
            ConfigDigest = setup.Options.ConfigDigest,
            DataSha256 = task.Data.Dataset.Sha256,
            Shape = ShapeOf(task),
            ExamplesOf = (step, shard) => sampler.SliceCount(task.Batches.RangeOf(step), shard),
            Limits = new ConnectionLimits(TimeSpan.FromSeconds(setup.Config.Cluster.HeartbeatLimit)),
        };
        _loop = new NodeLoop(listener, settings, setup.Clock, Emit, createStage);
        _server = new ParameterServerActor(task, setup.Config, setup.Options);
        _loop.Add(ActorId.Server, _server);
        _loop.Add(ActorId.Monitor, new MonitorActor(setup.Rules));
    }

    /// <summary>Name of the run.</summary>
    public string RunId { get; }

    /// <summary>Where workers dial.</summary>
    public NodeAddress Address { get; }

    /// <summary>Number of workers that are connected.</summary>
    public int Connected => _loop.Connected;

    /// <inheritdoc/>
    public long Step => _server.Step;

    /// <inheritdoc/>
    public RunResult Run()
    {
        _loop.Run();
        RunResult result = _server.Result ?? throw new InvalidOperationException("The loop stopped before the server had a result.");
        _loop.End(result.Outcome);
        return result;
    }

    /// <inheritdoc/>
    public void Interrupt(string reason) => _loop.Post(ActorId.Server, new Interrupt(reason));

    /// <summary>Lets a worker go of which others have found out that it is gone; may be called from any thread.</summary>
    /// <param name="worker">Its name; one that is not connected is passed over.</param>
    /// <param name="reason">What happened, for the log.</param>
    public void Disconnect(string worker, string reason) => _loop.Disconnect(worker, reason);

    /// <inheritdoc/>
    public void Dispose() => _loop.Dispose();

    private static RunShape ShapeOf(TrainingTask task)
    {
        int length = task.Architecture.CreateLayout().Length;
        return length <= WireLimits.PayloadBytesMax / sizeof(float)
            ? new RunShape(length, task.Data.Shards, task.Encoding)
            : throw InputException.OfKey(
                "model.hidden", $"{length} parameters are more than travel in one frame, {WireLimits.PayloadBytesMax / sizeof(float)}");
    }

    private void Emit(TrainingEvent trainingEvent)
    {
        _written(trainingEvent);
        _loop.Post(ActorId.Monitor, trainingEvent);
    }
}
