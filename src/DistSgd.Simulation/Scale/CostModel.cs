using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using DistSgd.Learning;

namespace DistSgd.Simulation.Scale;

/// <summary>
/// What a training step costs on a machine: the file that <c>cluster measure</c> writes and <c>simulate --workers</c> reads. Times are seconds of
/// processor time unless said otherwise; whoever asks "what if" changes them by hand.
/// </summary>
public sealed record CostModel
{
    /// <summary>The version of the file that this program reads and writes.</summary>
    public const int CurrentVersion = 1;

    private const double LongestSeconds = 3600; // that a part of a step may take

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>Version of the file.</summary>
    public required int Version { get; init; }

    /// <summary>Name of the run that was measured.</summary>
    public required string Run { get; init; }

    /// <summary>Processor that it was measured on.</summary>
    public required string Processor { get; init; }

    /// <summary>Cores of a machine.</summary>
    public required int Cores { get; init; }

    /// <summary>Bytes of the parameters, and of a gradient, on their way.</summary>
    public required long MessageBytes { get; init; }

    /// <summary>Examples of a step that was measured, over all workers.</summary>
    public required int Batch { get; init; }

    /// <summary>What a step costs a worker.</summary>
    public required WorkerCosts Worker { get; init; }

    /// <summary>What a step costs the server.</summary>
    public required ServerCosts Server { get; init; }

    /// <summary>Time from a frame's arrival until whoever waits for it runs, in seconds.</summary>
    public required double WakeUpSeconds { get; init; }

    /// <summary>What is between machines. It is no measurement: change it to the network that is asked about.</summary>
    public required NetworkCosts Network { get; init; }

    /// <summary>The measurements that the model was fitted on.</summary>
    public required IReadOnlyList<CostMeasurement> Measurements { get; init; }

    /// <summary>Reads a model.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The model.</returns>
    /// <exception cref="InputException">It cannot be read, or is no model.</exception>
    public static CostModel Load(string path)
    {
        try
        {
            CostModel model = JsonSerializer.Deserialize<CostModel>(File.ReadAllText(path), Options)
                ?? throw new InputException($"{path}: found null; expected a cost model, as distsgd cluster measure writes it.");
            model.Check(path);
            return model;
        }
        catch (JsonException e)
        {
            string line = e.LineNumber is { } number ? $":{number + 1}" : "";
            string key = e.Path is { Length: > 2 } where ? $" at {where[2..]}" : "";
            throw new InputException($"{path}{line} is no cost model{key}: {e.Message.Split(" Path:")[0]}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"Cannot read {path}: {e.Message}", e);
        }
    }

    /// <summary>The file's content.</summary>
    /// <returns>JSON without a final line end.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    private void Check(string path)
    {
        if (Version != CurrentVersion)
        {
            throw new InputException($"{path}: version: found {Version}; expected {CurrentVersion}.");
        }

        Require(path, "cores", Cores, Cores >= 1, "at least 1");
        Require(path, "message_bytes", MessageBytes, MessageBytes >= 1, "at least 1");
        Require(path, "batch", Batch, Batch >= 1, "at least 1");
        (string Key, double Value)[] times =
        [
            ("worker.fixed_seconds", Worker.FixedSeconds), ("worker.per_example_seconds", Worker.PerExampleSeconds),
            ("worker.receive_seconds", Worker.ReceiveSeconds), ("worker.send_seconds", Worker.SendSeconds),
            ("server.update_seconds", Server.UpdateSeconds), ("server.sum_seconds", Server.SumSeconds),
            ("server.receive_seconds", Server.ReceiveSeconds), ("server.send_seconds", Server.SendSeconds),
            ("wake_up_seconds", WakeUpSeconds), ("network.latency_seconds", Network.LatencySeconds),
        ];
        foreach ((string key, double value) in times)
        {
            Require(path, key, value, value is >= 0 and <= LongestSeconds, "0 to 3600");
        }

        Require(path, "network.bytes_per_second", Network.BytesPerSecond, Network.BytesPerSecond is >= 1 and <= 1e15, "1 to 1e15");
        if (Worker.FixedSeconds + Worker.PerExampleSeconds == 0)
        {
            throw new InputException($"{path}: worker: its gradients take no time; expected fixed_seconds or per_example_seconds above 0.");
        }
    }

    private static void Require(string path, string key, double found, bool isGood, string expected)
    {
        if (!isGood)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"{path}: {key}: found {found}; expected {expected}."));
        }
    }
}

/// <summary>What a step costs a worker, in seconds of processor time.</summary>
/// <param name="FixedSeconds">A gradient, whatever the number of examples.</param>
/// <param name="PerExampleSeconds">Each example of its part of the batch.</param>
/// <param name="ReceiveSeconds">Taking the parameters in.</param>
/// <param name="SendSeconds">Sending the gradient.</param>
public sealed record WorkerCosts(double FixedSeconds, double PerExampleSeconds, double ReceiveSeconds, double SendSeconds);

/// <summary>What a step costs the server, in seconds of processor time.</summary>
/// <param name="UpdateSeconds">Checking, updating and what else does not depend on the number of workers.</param>
/// <param name="SumSeconds">Adding the gradient of one worker.</param>
/// <param name="ReceiveSeconds">Taking one gradient in.</param>
/// <param name="SendSeconds">Sending the parameters to one worker.</param>
public sealed record ServerCosts(double UpdateSeconds, double SumSeconds, double ReceiveSeconds, double SendSeconds);

/// <summary>What is between two machines.</summary>
/// <param name="LatencySeconds">Time that the first byte takes, in seconds.</param>
/// <param name="BytesPerSecond">Bytes a second of each direction of a network card.</param>
public sealed record NetworkCosts(double LatencySeconds, double BytesPerSecond)
{
    /// <summary>10 Gbit/s and 50 µs.</summary>
    public static NetworkCosts TenGigabit { get; } = new(50e-6, 1.25e9);
}

/// <summary>One measured cluster: means over its steps.</summary>
/// <param name="Workers">Number of worker processes.</param>
/// <param name="Batch">Examples of a step, over all workers.</param>
/// <param name="Steps">Number of steps that were measured.</param>
/// <param name="StepSeconds">Wall time of a step, in seconds.</param>
/// <param name="ServerUserSeconds">Processor time of the server's program in a step.</param>
/// <param name="ServerSystemSeconds">Processor time of the system on behalf of the server.</param>
/// <param name="WorkerUserSeconds">Processor time of a worker's program in a step, mean over the workers.</param>
/// <param name="WorkerSystemSeconds">Processor time of the system on behalf of a worker.</param>
public sealed record CostMeasurement(
    int Workers,
    int Batch,
    long Steps,
    double StepSeconds,
    double ServerUserSeconds,
    double ServerSystemSeconds,
    double WorkerUserSeconds,
    double WorkerSystemSeconds);
