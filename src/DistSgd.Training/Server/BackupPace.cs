using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>
/// Mode backup: a step closes without its last slices. What comes after that is dropped, and its worker goes on with the step that is open
/// by then.
/// </summary>
/// <remarks>J. Chen, X. Pan, R. Monga, S. Bengio, R. Jozefowicz: Revisiting Distributed Synchronous SGD, 2016.</remarks>
/// <param name="requests">What was asked for.</param>
/// <param name="roster">The workers.</param>
/// <param name="journal">Completes steps.</param>
/// <param name="backup">Slices that a step may close without.</param>
internal sealed class BackupPace(SliceRequests requests, Roster roster, StepJournal journal, int backup) : IStepPace
{
    private readonly PartialGradient?[] _byFirstShard = new PartialGradient?[roster.Shards];
    private readonly bool[] _present = new bool[roster.Shards];
    private readonly ActorId[] _workers = new ActorId[roster.Shards];
    private AlignedVector? _parameters;
    private long _step;
    private int _missing;
    private bool _isOpen;

    /// <inheritdoc/>
    public string WorkerOf(int shard) => _workers[shard].Name;

    /// <inheritdoc/>
    public void Start(long step, AlignedVector parameters, IActorContext context)
    {
        (_step, _parameters, _missing, _isOpen) = (step, parameters, roster.Shards, true);
        Array.Clear(_byFirstShard);
        Array.Clear(_present);
        HandOver(context);
    }

    /// <inheritdoc/>
    public StepOutcome? Take(GradientComputed gradient, IActorContext context)
    {
        if (!requests.IsOwed(gradient))
        {
            return null;
        }

        requests.Take(gradient);
        if (_isOpen && gradient.Step == _step)
        {
            Collect(gradient);
            if (_missing <= backup)
            {
                _isOpen = false;
                return journal.Complete(_byFirstShard.OfType<PartialGradient>().ToArray(), context);
            }
        }

        HandOver(context);
        return null;
    }

    /// <inheritdoc/>
    public void Disown(ActorId worker) => requests.Forget(worker);

    /// <inheritdoc/>
    public void HandOver(IActorContext context)
    {
        if (!_isOpen || roster.Workers.Count == 0)
        {
            return;
        }

        roster.DealIfChanged(context);
        foreach (ActorId worker in roster.Workers)
        {
            int[] wanted = requests.IsIdle(worker) ? [.. roster.ShardsOf(worker).Where(shard => !_present[shard] && !requests.IsAsked(shard))] : [];
            if (wanted.Length > 0)
            {
                requests.Ask(worker, _step, wanted, _parameters!, _step, context);
            }
        }
    }

    /// <inheritdoc/>
    public void Abandon() => _isOpen = false;

    private void Collect(GradientComputed gradient)
    {
        foreach (PartialGradient partial in gradient.Partials)
        {
            _byFirstShard[partial.Range.First] = partial;
            _present.AsSpan(partial.Range.First, partial.Range.Count).Fill(true);
            _workers.AsSpan(partial.Range.First, partial.Range.Count).Fill(gradient.Worker);
            _missing -= partial.Range.Count;
        }
    }
}
