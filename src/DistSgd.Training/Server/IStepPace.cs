using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;

namespace DistSgd.Training.Server;

/// <summary>When slices are asked for and when a step closes: what a <see cref="ConsistencyMode"/> decides.</summary>
/// <remarks>
/// Two numbers make the modes: how many slices close a step, and how many steps old a gradient may be. sync: all, 0; backup: all but
/// some, 0; ssp: one, a bound; async: one, none.
/// </remarks>
internal interface IStepPace
{
    /// <summary>Number of slices that were applied of each shard, where shards have clocks of their own; null elsewhere.</summary>
    IReadOnlyList<long>? Clocks => null;

    /// <summary>Name of the worker that a slice of the open step came from, or is to come from.</summary>
    /// <param name="shard">The shard.</param>
    /// <returns>The name.</returns>
    string WorkerOf(int shard);

    /// <summary>Has the steps begin, or go on after what followed the last one.</summary>
    /// <param name="step">Index of the step.</param>
    /// <param name="parameters">The parameters.</param>
    /// <param name="context">The context of the server.</param>
    void Start(long step, AlignedVector parameters, IActorContext context);

    /// <summary>Takes slices in.</summary>
    /// <param name="gradient">The slices; what nobody asked for is ignored.</param>
    /// <param name="context">The context of the server.</param>
    /// <returns>What became of the step that is complete with them; null if none is. Nothing is asked for then until <see cref="Start"/>.</returns>
    StepOutcome? Take(GradientComputed gradient, IActorContext context);

    /// <summary>Takes note that a worker has gone: nobody owes any more what it owed.</summary>
    /// <param name="worker">The worker.</param>
    void Disown(ActorId worker);

    /// <summary>After a worker has come or gone: has those who are there compute what nobody owes.</summary>
    /// <param name="context">The context of the server.</param>
    void HandOver(IActorContext context);

    /// <summary>Gives the open step up.</summary>
    void Abandon();
}

/// <summary>Makes the pace of a mode.</summary>
internal static class StepPaces
{
    /// <summary>Makes the pace that a config asks for.</summary>
    /// <param name="config">Mode, backup, staleness.</param>
    /// <param name="options">Term of the server, and what it goes on from.</param>
    /// <param name="roster">The workers.</param>
    /// <param name="server">The parameters.</param>
    /// <param name="journal">Completes steps.</param>
    /// <returns>The pace.</returns>
    public static IStepPace Create(ClusterConfig config, ServerOptions options, Roster roster, ParameterServer server, StepJournal journal)
    {
        var requests = new SliceRequests(options.Term, server.Layout.Length);
        ShardClockPace OwnClocks(int? staleness) => new(requests, roster, server, journal, staleness, options.ResumeFrom?.State);
        return config.Mode switch
        {
            ConsistencyMode.Backup => new BackupPace(requests, roster, journal, config.Backup),
            ConsistencyMode.Ssp => OwnClocks(config.Staleness),
            ConsistencyMode.Async => OwnClocks(null),
            _ => new SyncPace(new StepRound(options.Term, roster, roster.Shards, server.Parameters), journal),
        };
    }
}
