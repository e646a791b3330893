using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Gradients;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Server;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests.Actors;

/// <summary>The determinism contract: the actors give the bits of the reference trainer, whoever computes which slice and when.</summary>
public class SyncTrainingTests
{
    public static TheoryData<string, int, int, int> Clusters()
    {
        var data = new TheoryData<string, int, int, int>();
        foreach ((int shards, int batch) in new[] { (1, 1), (1, 16), (2, 7), (3, 1), (4, 16), (4, 170), (5, 33), (8, 3), (8, 64) })
        {
            foreach (int workers in new[] { 1, 2, 3, 5 })
            {
                data.Add("sgd", shards, batch, workers);
            }
        }

        foreach (string kind in new[] { "nesterov", "adagrad", "rmsprop", "adam", "adamw", "clip_value", "clip_norm", "noise", "decay", "tanh", "sigmoid", "gelu", "leaky", "binary", "mse", "by_label", "linear", "bfloat16", "growing" })
        {
            data.Add(kind, 4, 16, 3);
        }

        foreach (int workers in new[] { 1, 2, 4 })
        {
            data.Add("growing", 4, 7, workers);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Clusters))]
    public void Actors_give_the_bits_of_the_reference_trainer(string kind, int shards, int batch, int workers)
    {
        RunConfig config = Variant(kind, SmallRuns.Config(c => c with
        {
            Data = c.Data with { Shards = shards },
            Training = c.Training with { BatchSize = batch },
            Cluster = c.Cluster with { Workers = workers },
        }));
        TrainingTask task = SmallRuns.Task(config);
        AlignedVector expected = ReferenceTrainer.Train(task);

        for (ulong interleaving = 1; interleaving <= 3; interleaving++)
        {
            var host = new TestHost(task, config, interleaving);
            host.Run().FinalModel!.Parameters.Span.ToArray().ShouldBe(expected.Span.ToArray());
        }
    }

    [Fact]
    public void Rounded_gradients_have_eight_significant_bits_and_train_nearly_as_well()
    {
        RunConfig exact = SmallRuns.Config(), rounded = Variant("bfloat16", exact);
        RunResult a = new TestHost(SmallRuns.Task(exact), exact).Run(), b = new TestHost(SmallRuns.Task(rounded), rounded).Run();
        b.FinalModel!.Parameters.Span.SequenceEqual(a.FinalModel!.Parameters.Span).ShouldBeFalse();
        b.Evaluations[DataPart.Training].Loss.ShouldBe(a.Evaluations[DataPart.Training].Loss, 0.02);

        var slices = new SliceGradients(SmallRuns.Task(rounded).Architecture, SmallRuns.Task(rounded).Data, GradientEncoding.Bfloat16);
        slices.Assign([0, 1, 2, 3]);
        slices.Compute(a.FinalModel.Parameters, new StepRange(0, 0, 16));
        slices.Partials.Length.ShouldBe(4); // each alone, so that who holds two of them makes no difference
        foreach (PartialGradient partial in slices.Partials)
        {
            partial.Sum!.Span.ToArray().ShouldAllBe(x => (BitConverter.SingleToUInt32Bits(x) & 0xffff) == 0);
        }
    }

    [Fact]
    public void Duplicated_messages_change_nothing()
    {
        RunConfig config = SmallRuns.Config();
        TrainingTask task = SmallRuns.Task(config);
        AlignedVector expected = ReferenceTrainer.Train(task);
        var host = new TestHost(task, config) { Deliveries = message => message is GradientComputed or BlocksEvaluated ? 2 : 1 };
        host.Run().FinalModel!.Parameters.Span.ToArray().ShouldBe(expected.Span.ToArray());
    }

    [Fact]
    public void Gradients_of_another_term_or_step_are_dropped()
    {
        RunConfig config = SmallRuns.Config();
        TrainingTask task = SmallRuns.Task(config);
        AlignedVector expected = ReferenceTrainer.Train(task);
        var host = new TestHost(task, config);
        bool posted = false;
        host.OnEvent = _ =>
        {
            if (!posted)
            {
                posted = true;
                host.Post(ActorId.Server, new GradientComputed { Worker = ActorId.Worker(0), Term = 9, Step = 0 });
                host.Post(ActorId.Server, new GradientComputed { Worker = ActorId.Worker(0), Term = 1, Step = 3 });
            }
        };
        host.Run().FinalModel!.Parameters.Span.ToArray().ShouldBe(expected.Span.ToArray());
    }

    [Theory]
    [InlineData("sgd", 6)]
    [InlineData("adam", 13)]
    [InlineData("noise", 11)]
    [InlineData("growing", 4)]
    public void A_run_resumed_from_any_checkpoint_ends_with_the_bits_of_the_uninterrupted_one(string kind, int every)
    {
        RunConfig config = Variant(kind, SmallRuns.Config(c => c with { Training = c.Training with { CheckpointEvery = every } }));
        TrainingTask task = SmallRuns.Task(config);
        var whole = new TestHost(task, config);
        float[] expected = whole.Run().FinalModel!.Parameters.Span.ToArray();

        List<Checkpoint> saved = whole.Store.Saved;
        saved.Count.ShouldBe(2 + (25 / every));
        foreach (Checkpoint checkpoint in saved)
        {
            RunConfig other = config with { Cluster = config.Cluster with { Workers = 3 } };
            var resumed = new TestHost(task, other, seed: 5, resumeFrom: checkpoint);
            resumed.Run().FinalModel!.Parameters.Span.ToArray().ShouldBe(expected);
        }
    }

    private static RunConfig Variant(string kind, RunConfig c) => kind switch
    {
        "sgd" => c,
        "bfloat16" => c with { Cluster = c.Cluster with { Encoding = GradientEncoding.Bfloat16 } },
        "nesterov" => c with { Optimizer = c.Optimizer with { Nesterov = true } },
        "adagrad" => c with { Optimizer = new OptimizerConfig { Kind = OptimizerKind.Adagrad, LearningRate = 0.05 } },
        "rmsprop" => c with { Optimizer = new OptimizerConfig { Kind = OptimizerKind.Rmsprop, LearningRate = 0.01 } },
        "adam" => c with { Optimizer = new OptimizerConfig { Kind = OptimizerKind.Adam, LearningRate = 0.01 } },
        "adamw" => c with { Optimizer = new OptimizerConfig { Kind = OptimizerKind.Adamw, LearningRate = 0.01, WeightDecay = 0.01 } },
        "clip_value" => c with { Clip = new ClipConfig { Value = 0.01 } },
        "clip_norm" => c with { Clip = new ClipConfig { Norm = 0.1 } },
        "noise" => c with { Optimizer = c.Optimizer with { GradientNoise = 0.01 } },
        "decay" => c with { Optimizer = c.Optimizer with { WeightDecay = 0.01 } },
        "tanh" => c with { Model = c.Model with { Activation = Activation.Tanh } },
        "sigmoid" => c with { Model = c.Model with { Activation = Activation.Sigmoid, Initialization = Initialization.Xavier } },
        "gelu" => c with { Model = c.Model with { Activation = Activation.Gelu } },
        "leaky" => c with { Model = c.Model with { Activation = Activation.LeakyRelu } },
        "binary" => c with { Loss = LossKind.BinaryCrossEntropy },
        "mse" => c with { Loss = LossKind.Mse },
        "by_label" => c with { Data = c.Data with { Sharding = ShardingKind.ByLabel } },
        "growing" => c with
        {
            Training = c.Training with { BatchGrowth = new BatchGrowthConfig { Factor = 3 } },
            Schedule = new ScheduleConfig { Kind = ScheduleKind.Cosine, WarmupSteps = 3 },
            Optimizer = c.Optimizer with { MomentumSchedule = new MomentumScheduleConfig { Steps = 12 } },
        },
        "linear" => c with { Model = c.Model with { Hidden = LayerWidths.Create([]) } },
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };
}
