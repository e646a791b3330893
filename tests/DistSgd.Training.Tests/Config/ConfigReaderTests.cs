using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;
using DistSgd.Learning.Optimization;
using DistSgd.Training.Config;

namespace DistSgd.Training.Tests.Config;

public class ConfigReaderTests
{
    [Fact]
    public void An_empty_mapping_gives_every_default()
    {
        LoadedConfig loaded = ConfigReader.Parse("{}", "x.yaml");

        loaded.Config.ShouldBe(new RunConfig());
        loaded.Warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Values_of_every_kind_are_read()
    {
        RunConfig config = Read("""
            name: try-1.b
            seed: 9223372036854775807
            data: { source: csv, path: a b.csv, label_column: "null", noise: .5 }
            model:
              hidden:
                - 64
                - 32
              activation: leaky_relu
            loss: binary_cross_entropy
            optimizer: { kind: adamw, learning_rate: 1.e-3, epsilon: 1E-7 }
            clip: { value: 0.5 }
            training: { batch_size: all, steps: 100, evaluate_every: 10, early_stopping: {} }
            monitor: { rules: { exploding_gradient: { enabled: false } } }
            log: { console: off }
            """);

        config.Name.ShouldBe("try-1.b");
        config.Seed.ShouldBe(long.MaxValue);
        config.Data.ShouldBe(new DataConfig { Source = DataSource.Csv, Path = Path.GetFullPath("a b.csv"), LabelColumn = "null", Noise = 0.5 });
        config.Model.ShouldBe(new ModelConfig { Hidden = [64, 32], Activation = Activation.LeakyRelu });
        config.Loss.ShouldBe(LossKind.BinaryCrossEntropy);
        config.Optimizer.ShouldBe(new OptimizerConfig { Kind = OptimizerKind.Adamw, LearningRate = 1e-3, Epsilon = 1e-7 });
        config.Clip.ShouldBe(new ClipConfig { Value = 0.5 });
        config.Training.BatchSize.ShouldBeNull();
        config.Training.Epochs.ShouldBeNull();
        config.Training.Steps.ShouldBe(100);
        config.Training.EvaluateEvery.ShouldBe(10);
        config.Training.EarlyStopping.ShouldBe(new EarlyStoppingConfig { Patience = 3, MinDelta = 0 });
        config.Monitor.Rules.ExplodingGradient.Enabled.ShouldBeFalse();
        config.Monitor.Rules.ExplodingGradient.Norm.ShouldBe(100);
        config.Log.Console.ShouldBe(ConsoleLevel.Off);
    }

    [Theory]
    [InlineData(DataSource.Mnist, null, 60_000, 5000)]
    [InlineData(DataSource.FashionMnist, null, 60_000, 5000)]
    [InlineData(DataSource.Spirals, null, 4000, 800)]
    [InlineData(DataSource.Spirals, 0, 4000, 0)]
    [InlineData(DataSource.Mnist, 100, 60_000, 100)]
    public void The_validation_part_suits_the_source(DataSource source, int? validation, int examples, int expected) =>
        new DataConfig { Source = source, Validation = validation }.ValidationCount(examples).ShouldBe(expected);

    [Fact]
    public void All_problems_of_a_file_stand_in_one_message()
    {
        const string Yaml = """
            name: ../x
            seed: -1
            data: { source: minst, shards: 0, noise: .nan }
            model: { hidden: [64, 0], activation: [relu] }
            optimizer:
              lerning_rate: 0.1
              momentum: 1.0
              nesterov: yes
              epsilon:
                - 3
              momentum: 0.5
            learning_rate: 0.1
            clip: 5
            training: { batch_size: "7", epochs: 2.0, steps: 5, evaluate_every: never }
            cluster: { workers: 99999999999999999999, mode: bsp }
            log: ~
            """;

        Problems(Yaml).ShouldBe("""
            x.yaml:1: name: found '../x'; expected 1 to 64 letters, digits, '.', '_' or '-', the first a letter or a digit
            x.yaml:2: seed: found '-1'; expected a whole number from 0 to 9223372036854775807
            x.yaml:3: data.source: found 'minst'; expected one of mnist, fashion-mnist, idx, csv, spirals, blobs, teacher; did you mean 'mnist'?
            x.yaml:3: data.shards: found '0'; expected a whole number from 1 to 1024
            x.yaml:3: data.noise: found '.nan'; expected a finite number of at least 0
            x.yaml:4: model.hidden: found the list [64, 0]; expected a list of at most 64 whole numbers, each from 1 to 65536, such as [64, 32]
            x.yaml:4: model.activation: found the list [relu]; expected one of relu, leaky_relu, tanh, sigmoid, gelu
            x.yaml:6: optimizer.lerning_rate: unknown key; did you mean 'learning_rate'? Known keys here: kind, learning_rate, momentum, momentum_schedule, nesterov, weight_decay, beta1, beta2, epsilon, smoothing, gradient_noise
            x.yaml:7: optimizer.momentum: found '1.0'; expected a finite number from 0 to below 1
            x.yaml:8: optimizer.nesterov: found 'yes'; expected true or false
            x.yaml:10: optimizer.epsilon: found the list [3]; expected a finite number of at least 1.0e-45, or null
            x.yaml:11: optimizer.momentum: given twice, first at x.yaml:7
            x.yaml:12: learning_rate: unknown key; did you mean 'optimizer.learning_rate'? Known keys here: name, seed, data, model, loss, optimizer, schedule, clip, training, cluster, monitor, log
            x.yaml:13: clip: found '5'; expected a mapping of norm, value, or null
            x.yaml:14: training.batch_size: found the quoted text '7'; expected a whole number from 1 to 2147483647, or all
            x.yaml:14: training.epochs: found '2.0'; expected a whole number from 1 to 2147483647, or null
            x.yaml:14: training.evaluate_every: found 'never'; expected a whole number from 1 to 9223372036854775807, or epoch
            x.yaml:14: training.steps: cannot stand beside 'epochs' (x.yaml:14); give one of the two
            x.yaml:15: cluster.workers: found '99999999999999999999'; expected a whole number from 1 to 1024
            x.yaml:15: cluster.mode: found 'bsp'; expected one of sync, backup, ssp, async; did you mean 'ssp'?
            and 1 more
            """);
    }

    [Theory]
    [InlineData("data: { source: csv }", "x.yaml:1: data.path: missing; the source csv needs the path of its training data")]
    [InlineData("data: { source: idx, path: a }", "x.yaml:1: data.labels_path: missing; the source idx needs the path of its training labels")]
    [InlineData(
        "data: { source: idx, path: a, labels_path: b, test_path: c }",
        "x.yaml:1: data.test_labels_path: missing; test_path needs the labels of its images")]
    [InlineData(
        "data: { source: idx, path: a, labels_path: b, test_labels_path: c }",
        "x.yaml:1: data.test_path: missing; test_labels_path needs the images of its labels")]
    [InlineData("optimizer: { nesterov: true }", "x.yaml:1: optimizer.nesterov: found true; needs optimizer.momentum above 0")]
    [InlineData(
        "optimizer: { kind: adamw, nesterov: true, momentum: 0.9 }",
        "x.yaml:1: optimizer.nesterov: found true; adam and adamw have no such momentum, their own is beta1")]
    [InlineData("optimizer: { epsilon: 1e-46 }", "x.yaml:1: optimizer.epsilon: found '1e-46'; expected a finite number of at least 1.0e-45, or null")]
    [InlineData(
        "data: { shards: 2 }\ncluster: { mode: backup, backup: 2 }",
        "x.yaml:2: cluster.backup: found 2; a step of 2 slices needs at least one of them")]
    [InlineData(
        "model:\n  hidden: [65536, 65536]",
        "x.yaml:2: model.hidden: found [65536, 65536]; its 4294967296 weights are more than one vector can hold, 2147483647")]
    [InlineData(
        "data: { source: blobs, examples: 100000000, features: 65536 }",
        "x.yaml:1: data.examples: found 100000000; with 65536 features each, at most 32767 can be held")]
    [InlineData(
        "data: { source: teacher, test_examples: 40000, features: 65536 }",
        "x.yaml:1: data.test_examples: found 40000; with 65536 features each, at most 32767 can be held")]
    [InlineData(
        "optimizer:\n  momentum_schedule: { steps: 5 }",
        "x.yaml:2: optimizer.momentum_schedule: needs optimizer.momentum above 0, which is where it leads")]
    [InlineData(
        "optimizer: { learning_rate: 0.01 }\nschedule: { min_learning_rate: 0.02 }",
        "x.yaml:2: schedule.min_learning_rate: found 0.02; expected at most optimizer.learning_rate")]
    [InlineData(
        "training:\n  batch_size: all\n  batch_growth: {}",
        "x.yaml:3: training.batch_growth: not together with training.batch_size: all, which cannot grow; expected a number of examples there, or null here")]
    [InlineData(
        "training:\n  batch_size: 128\n  batch_growth:\n    max: 64",
        "x.yaml:4: training.batch_growth.max: found 64; expected at least training.batch_size, 128, or null")]
    [InlineData(
        "training: { batch_growth: { factor: 1 } }",
        "x.yaml:1: training.batch_growth.factor: found '1'; expected a finite number from 1.001 to 1000")]
    [InlineData(
        "training: { batch_growth: { every_epochs: 0 } }",
        "x.yaml:1: training.batch_growth.every_epochs: found '0'; expected a whole number from 1 to 2147483647")]
    [InlineData("training: { batch_growth: 2 }", "x.yaml:1: training.batch_growth: found '2'; expected a mapping of factor, every_epochs, max, or null")]
    [InlineData("clip: {}", "x.yaml:1: clip: give one of 'norm' and 'value'")]
    [InlineData("training: { epochs: ~ }", "x.yaml:1: training: give one of 'epochs' and 'steps'")]
    [InlineData("clip: { norm: 1, value: 2 }", "x.yaml:1: clip.value: cannot stand beside 'norm' (x.yaml:1); give one of the two")]
    [InlineData("clip:\n  value: 2\n  norm: 1", "x.yaml:3: clip.norm: cannot stand beside 'value' (x.yaml:2); give one of the two")]
    [InlineData("training: { batch_size: null }", "x.yaml:1: training.batch_size: found null; expected a whole number from 1 to 2147483647, or all")]
    [InlineData("optimizer: { learning_rate: 1e999 }", "x.yaml:1: optimizer.learning_rate: found '1e999'; expected a finite number above 0")]
    [InlineData("schedule: { drop: 1.5 }", "x.yaml:1: schedule.drop: found '1.5'; expected a finite number above 0, up to 1")]
    [InlineData("clip: { \"a\\nb\": 1 }", "x.yaml:1: clip.a\ufffdb: unknown key. Known keys here: norm, value")]
    [InlineData("name: \"a\\nb\"", "x.yaml:1: name: found the quoted text 'a\ufffdb'; expected 1 to 64 letters, digits, '.', '_' or '-', the first a letter or a digit")]
    public void A_config_that_no_run_can_follow_is_refused(string yaml, string expected) => Problems(yaml).ShouldBe(expected);

    [Fact]
    public void A_rule_over_a_refused_key_does_not_complain_about_its_default() =>
        Problems("optimizer: { nesterov: true, momentum: 2 }")
            .ShouldBe("x.yaml:1: optimizer.momentum: found '2'; expected a finite number from 0 to below 1");

    [Theory]
    [InlineData("optimizer: { learning_rate: 0.1 }\nclip: { norm: 5 }", null)]
    [InlineData("optimizer: { momentum: 0.5, weight_decay: 1e-5 }\ntraining: { batch_size: 2048 }", null)]
    [InlineData("training: { batch_size: all }", null)]
    [InlineData(
        "optimizer:\n  learning_rate: 0.2\nclip: { norm: 5 }",
        "x.yaml:2: optimizer.learning_rate: 0.2 is outside the usual range, 1.0e-05 to 0.1")]
    [InlineData("optimizer: { learning_rate: 1e-6 }", "x.yaml:1: optimizer.learning_rate: 1.0e-06 is outside the usual range, 1.0e-05 to 0.1")]
    [InlineData("optimizer: { momentum: 0.999 }", "x.yaml:1: optimizer.momentum: 0.999 is outside the usual range, 0.5 to 0.99")]
    [InlineData("optimizer: { weight_decay: 0.5 }", "x.yaml:1: optimizer.weight_decay: 0.5 is outside the usual range, 1.0e-05 to 0.1")]
    [InlineData(
        "optimizer: { kind: adam, momentum: 0.9 }",
        "x.yaml:1: optimizer.momentum: not used by adam and adamw, whose momentum is beta1")]
    [InlineData("training: { batch_size: 7 }", "x.yaml:1: training.batch_size: 7 is outside the usual range, 8 to 2048")]
    [InlineData("data: { shards: 1 }", null)]
    [InlineData(
        "data: { validation: 0 }\ntraining: { early_stopping: { patience: 3 } }",
        "x.yaml:2: training.early_stopping: never stops the run, because data.validation is 0")]
    [InlineData("data: { source: spirals, examples: 100000000, features: 65536 }", null)]
    [InlineData("data: { path: a }", "x.yaml:1: data.path: not used by the source mnist")]
    [InlineData(
        "schedule: { warmup_steps: 20 }\ntraining: { steps: 20 }",
        "x.yaml:1: schedule.warmup_steps: the run ends after 20 steps, inside its warm-up")]
    public void Unusual_values_give_a_warning_and_usual_ones_none(string yaml, string? expected) =>
        ConfigReader.Parse(yaml, "x.yaml").Warnings.ShouldBe(expected is null ? [] : [expected]);

    [Fact]
    public void A_high_rate_without_clipping_gives_two_warnings() =>
        ConfigReader.Parse("clip: { norm: 5 }", "x.yaml", ["optimizer.learning_rate=1e6", "clip=null"]).Warnings.ShouldBe(
        [
            "--set optimizer.learning_rate: 1000000 is outside the usual range, 1.0e-05 to 0.1",
            "--set clip: no clipping at a learning rate above 0.1; gradients may explode",
        ]);

    [Fact]
    public void The_order_of_keys_does_not_matter() =>
        Read("optimizer: { momentum: 0.9, kind: rmsprop }\nseed: 3").ShouldBe(Read("seed: 3\noptimizer: { kind: rmsprop, momentum: 0.9 }"));

    private static RunConfig Read(string yaml) => ConfigReader.Parse(yaml, "x.yaml").Config;

    private static string Problems(string yaml) => Should.Throw<InputException>(() => ConfigReader.Parse(yaml, "x.yaml")).Message;
}
