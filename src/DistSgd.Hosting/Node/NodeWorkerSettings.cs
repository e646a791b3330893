using DistSgd.Learning;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;

namespace DistSgd.Hosting.Node;

/// <summary>What a worker is told at its start.</summary>
public sealed record NodeWorkerSettings
{
    /// <summary>The longest that a worker may dial without an answer.</summary>
    public static TimeSpan LongestGiveUp { get; } = TimeSpan.FromDays(7);

    /// <summary>Its name, unique in the run.</summary>
    public required string Name { get; init; }

    /// <summary>Knows where its server listens.</summary>
    public required IServerLocator Server { get; init; }

    /// <summary>The secret of the run.</summary>
    public required byte[] Token { get; init; }

    /// <summary>How long it dials without an answer before it gives up.</summary>
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Changes to the config that the server tells, <c>KEY=VALUE</c>: where the data lie on this machine.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>Makes the task of the config that the server told; loads the data that it names.</summary>
    public required Func<LoadedConfig, TrainingTask> CreateTask { get; init; }

    /// <summary>Receives lines for a person.</summary>
    public Action<string> Notice { get; init; } = static _ => { };

    /// <summary>Makes the actor that works, anew for every connection.</summary>
    internal Func<ActorId, TrainingTask, IActor> CreateActor { get; init; } = static (self, task) => new WorkerActor(self, task, PlantedFault.Of(self));
}
