using System.Text.Json.Nodes;

namespace DistSgd.Monitoring.Events;

/// <summary>The first event of a run: what is trained, on what, and with which settings.</summary>
public sealed record RunStarted : TrainingEvent
{
    /// <summary>The value of <c>Event</c>.</summary>
    public const string Kind = "run_started";

    /// <summary>Version of the schema that the log is written in.</summary>
    public int SchemaVersion { get; init; } = EventSchema.Version;

    /// <summary>Name of the run, from the config.</summary>
    public required string Run { get; init; }

    /// <summary>Identity of the run, carried by every message of the cluster.</summary>
    public required string RunId { get; init; }

    /// <summary>The seed that all random numbers of the run come from.</summary>
    public required ulong Seed { get; init; }

    /// <summary>How often the server has been started for this run, from 1.</summary>
    public required int Term { get; init; }

    /// <summary>The fully resolved config as a tree of its keys.</summary>
    public required JsonObject Config { get; init; }

    /// <summary>SHA-256 (hex) of the numeric part of the config: what decides the bits of the result.</summary>
    public required string ConfigDigest { get; init; }

    /// <summary>SHA-256 (hex) of the data set.</summary>
    public required string DataSha256 { get; init; }

    /// <summary>Number of shards the training set is cut into.</summary>
    public required int Shards { get; init; }

    /// <summary>Number of workers the run starts with.</summary>
    public required int Workers { get; init; }

    /// <summary>Number of trainable parameters, weights and biases.</summary>
    public required long Parameters { get; init; }

    /// <summary>Number of inputs, then the width of every layer; one more than there are layers.</summary>
    public required IReadOnlyList<int> LayerWidths { get; init; }

    /// <summary>Examples that an epoch visits.</summary>
    public required long TrainingExamples { get; init; }

    /// <summary>Examples held out of training for validation.</summary>
    public required long ValidationExamples { get; init; }

    /// <summary>Examples of the test set.</summary>
    public required long TestExamples { get; init; }

    /// <summary>Steps that the run is to take in all.</summary>
    public required long StepsTotal { get; init; }

    /// <summary>Steps of an epoch; of the first one where the batch grows.</summary>
    public required int StepsPerEpoch { get; init; }

    /// <summary>Examples of a step; of those of the first epoch where the batch grows.</summary>
    public required int BatchSize { get; init; }

    /// <summary>
    /// Epochs that the run is to take in all, the last perhaps in part, where the batch grows; null where it is constant, and so is the
    /// number of steps of an epoch.
    /// </summary>
    public long? EpochsTotal { get; init; }

    /// <summary>Name of the server's processor.</summary>
    public required string Processor { get; init; }

    /// <summary>Logical cores of the server's machine.</summary>
    public required int Cores { get; init; }

    /// <summary>Operating system of the server's machine, with its version.</summary>
    public required string OperatingSystem { get; init; }

    /// <summary>The .NET runtime, with its version.</summary>
    public required string Runtime { get; init; }

    /// <summary>Vector width of the kernels in bits: 512, 256 or 128.</summary>
    public required int VectorBits { get; init; }

    /// <summary>Version of the program.</summary>
    public required string ProductVersion { get; init; }

    /// <inheritdoc/>
    public override string Event => Kind;

    /// <inheritdoc/>
    public override string MessageTemplate =>
        "Run {Run} starts: {Parameters} parameters, {TrainingExamples} examples, {StepsTotal} steps of {BatchSize}, {Workers} workers";
}
