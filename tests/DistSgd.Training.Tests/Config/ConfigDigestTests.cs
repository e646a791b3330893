using DistSgd.Learning.Optimization;
using DistSgd.Training.Config;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Training.Tests.Config;

public class ConfigDigestTests
{
    [Fact]
    public void Digests_are_equal_just_when_no_difference_is_named() =>
        Prop.ForAll(ConfigGenerator.Valid, ConfigGenerator.Valid, (a, b) =>
        {
            RunConfig[] others = [b, a with { Name = b.Name, Log = b.Log }, a with { Schedule = b.Schedule }, a with { Clip = b.Clip }];
            foreach (RunConfig other in others)
            {
                bool same = ConfigDigest.Differences(a, other).Count == 0;

                (ConfigDigest.Compute(a) == ConfigDigest.Compute(other)).ShouldBe(same);
            }
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_digest_is_a_sha256_in_hexadecimal() => ConfigDigest.Compute(new RunConfig()).ShouldMatch("^[0-9a-f]{64}$");

    [Fact]
    public void Keys_without_numbers_do_not_count()
    {
        RunConfig other = new()
        {
            Name = "other",
            Cluster = new ClusterConfig { Workers = 7 },
            Training = new TrainingConfig { CheckpointEvery = 1, KeepCheckpoints = 1 },
            Log = new LogConfig { StepEvery = 1, Console = ConsoleLevel.Off },
        };

        ConfigDigest.Compute(other).ShouldBe(ConfigDigest.Compute(new RunConfig()));
        ConfigDigest.Differences(new RunConfig(), other).ShouldBeEmpty();
    }

    [Fact]
    public void Where_a_rollback_returns_to_the_last_checkpoint_the_steps_between_them_count()
    {
        RunConfig every500 = new() { Monitor = new MonitorConfig { OnNonFinite = NonFinitePolicy.Rollback } };
        RunConfig every50 = every500 with { Training = new TrainingConfig { CheckpointEvery = 50, KeepCheckpoints = 1 } };

        ConfigDigest.Differences(every500, every50).ShouldBe(["training.checkpoint_every"]);
        ConfigDigest.Compute(every50).ShouldNotBe(ConfigDigest.Compute(every500));
    }

    [Fact]
    public void Differences_are_named_in_the_order_of_the_file()
    {
        RunConfig changed = new()
        {
            Seed = 1,
            Model = new ModelConfig { Hidden = [128, 1] },
            Optimizer = new OptimizerConfig { Kind = OptimizerKind.Adam, LearningRate = 0.2 },
            Training = new TrainingConfig { BatchSize = null },
        };

        ConfigDigest.Differences(new RunConfig(), changed)
            .ShouldBe(["seed", "model.hidden", "optimizer.kind", "optimizer.learning_rate", "training.batch_size"]);
        ConfigDigest.Compute(changed).ShouldNotBe(ConfigDigest.Compute(new RunConfig()));
    }

    [Fact]
    public void A_section_that_one_side_lacks_is_one_difference()
    {
        RunConfig clipped = new() { Clip = new ClipConfig { Norm = 5 } };

        ConfigDigest.Differences(new RunConfig(), clipped).ShouldBe(["clip"]);
        ConfigDigest.Differences(clipped, clipped with { Clip = new ClipConfig { Value = 5 } }).ShouldBe(["clip.norm", "clip.value"]);
    }

    [Fact]
    public void The_spelling_of_a_number_does_not_count()
    {
        DigestOf("optimizer: { learning_rate: 1.0e-2, weight_decay: -0.0 }")
            .ShouldBe(DigestOf("optimizer: { learning_rate: 0.01, weight_decay: 0 }"));

        static string DigestOf(string yaml) => ConfigDigest.Compute(ConfigReader.Parse(yaml, "x.yaml").Config);
    }
}
