using DistSgd.Monitoring.Events;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;

namespace DistSgd.Simulation.Checks;

/// <summary>
/// No gradient is older than its mode allows, by the commands that were sent and by the ledger in the log, and the slices of a shard are
/// asked for one after another.
/// </summary>
/// <param name="config">Mode, staleness.</param>
/// <param name="shards">Number of shards.</param>
internal sealed class StalenessCheck(ClusterConfig config, int shards) : Check("staleness within its bound")
{
    private readonly long[] _asked = new long[shards];
    private readonly bool[] _isUnderWay = new bool[shards];

    private bool HasClocks => config.Mode is ConsistencyMode.Ssp or ConsistencyMode.Async;

    /// <inheritdoc/>
    public override void ServerStarted(int term, Checkpoint? from) => Begin(from?.State.ShardClocks);

    /// <inheritdoc/>
    public override void Received(object message)
    {
        if (message is GradientComputed { Partials: [{ Range: { Count: 1, First: int shard } }], Step: long step } && step == _asked[shard])
        {
            _isUnderWay[shard] = false;
        }
    }

    /// <inheritdoc/>
    public override void Sending(string from, string to, object message)
    {
        if (message is not RecomputeSlices request || !HasClocks)
        {
            return;
        }

        foreach (int shard in request.Shards)
        {
            Require(
                request.Step == _asked[shard] || request.Step == _asked[shard] + 1,
                $"slice {request.Step} of shard {shard} is asked for after slice {_asked[shard]}");
            (_asked[shard], _isUnderWay[shard]) = (request.Step, true);
        }

        // What has come in may have been applied, what is under way has not.
        long ahead = request.Step - _asked.Zip(_isUnderWay, (asked, isUnderWay) => isUnderWay ? asked : asked + 1).Min();
        Require(config.Mode == ConsistencyMode.Async || ahead <= config.Staleness, $"a shard is {ahead} steps ahead; expected at most {config.Staleness}");
    }

    /// <inheritdoc/>
    public override void Logged(int term, TrainingEvent trainingEvent)
    {
        if (trainingEvent is StepWindow window)
        {
            int slices = window.Staleness.Sum();
            Require(slices <= shards * window.Count, $"step {window.Step} counts {slices} slices; expected at most {shards}");
            int oldest = window.Staleness.Count - 1;
            int bound = config.Mode switch
            {
                ConsistencyMode.Async => StepWindow.AgesMax,

                // Each of the others was at most so far behind when it was read, and may get as far ahead until it is applied.
                ConsistencyMode.Ssp => (shards - 1) * ((2 * config.Staleness) + 1),
                _ => 0,
            };
            Require(oldest <= bound, $"a slice of step {window.Step} is {oldest} updates old; expected at most {bound}");
        }
    }

    private void Begin(IReadOnlyList<long>? clocks)
    {
        for (int shard = 0; shard < shards; shard++)
        {
            _asked[shard] = clocks?[shard] ?? 0;
        }

        Array.Fill(_isUnderWay, true);
    }
}
