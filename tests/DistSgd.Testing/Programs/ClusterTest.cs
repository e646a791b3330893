using System.Diagnostics;
using System.Globalization;
using Shouldly;

namespace DistSgd.Testing.Programs;

/// <summary>Clusters of processes that train a small problem long enough to be disturbed.</summary>
public abstract class ClusterTest : ProgramTest
{
    /// <summary>Some seconds of steps, with evaluations and checkpoints on the way.</summary>
    private const string Problem = """
        name: small
        seed: 5
        data:      { source: blobs, examples: 1300, test_examples: 200, classes: 4, features: 30, validation: 100, shards: 4 }
        model:     { hidden: [48, 32] }
        optimizer: { kind: sgd, learning_rate: 0.05, momentum: 0.9 }
        clip:      { norm: 5.0 }
        training:  { batch_size: 240, epochs: null, steps: STEPS, evaluate_every: 1000, checkpoint_every: 250 }
        cluster:   { heartbeat_limit: 1.0, join_wait: 5 }
        """;

    private string? _reference;

    /// <summary>What carries the clusters.</summary>
    protected virtual string Engine => "node";

    protected override IEnumerable<(string Name, string Value)> Variables => [("DISTSGD_ENGINE", Engine)];

    protected string Config => Write("small.yaml", Problem.Replace("STEPS", Steps.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));

    /// <summary>Length of the run; long enough for what is done to it meanwhile.</summary>
    protected virtual int Steps => 10_000;

    protected string RunPath(string name = "run") => Path.Combine(Home, name);

    /// <summary>What <c>train</c> makes of the same config.</summary>
    protected string Reference => _reference ??= Train();

    protected RunningCluster Up(int workers, string run, params string[] options)
    {
        Process process = Start([], ["cluster", "up", Config, "--workers", $"{workers}", "--run-dir", run, .. options]);
        return new RunningCluster(process, run);
    }

    protected void ShouldEndLikeTrain(RunningCluster cluster)
    {
        CliResult result = Finish(cluster.Supervisor);
        result.ExitCode.ShouldBe(0, result.Error);
        result.Line("outcome").ShouldBe("completed");
        result.Line("parameters").ShouldBe(Reference, result.Error);
    }

    private string Train()
    {
        CliResult result = Run("train", Config, "--run-dir", RunPath("reference"));
        result.ExitCode.ShouldBe(0, result.Error);
        return result.Line("parameters");
    }
}
