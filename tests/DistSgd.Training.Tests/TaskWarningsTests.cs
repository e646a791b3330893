using DistSgd.Training.Config;
using DistSgd.Training.Tests.Support;

namespace DistSgd.Training.Tests;

public class TaskWarningsTests
{
    [Theory]
    [InlineData("training: { epochs: 1, batch_size: 100 }\nschedule: { warmup_steps: 2 }",
        "x.yaml:2: schedule.warmup_steps: the run ends after 2 steps, inside its warm-up")]
    [InlineData("training: { epochs: 1, batch_size: 100 }\nschedule: { warmup_steps: 1 }", null)]
    [InlineData("training: { epochs: 3, batch_size: 50, batch_growth: {} }\nschedule: { warmup_steps: 12 }",
        "x.yaml:2: schedule.warmup_steps: the run ends after 7 steps, inside its warm-up")]
    [InlineData("training: { epochs: 3, batch_size: 50, batch_growth: {} }\nschedule: { warmup_steps: 11 }", null)]
    [InlineData("training: { steps: 7, batch_size: 50, batch_growth: {} }\nschedule: { warmup_steps: 11 }", null)]
    [InlineData("data: { examples: 4, shards: 1 }\ntraining: { batch_size: all, early_stopping: {} }",
        "x.yaml:2: training.early_stopping: never stops the run, because the data are too few for a validation part")]
    [InlineData("monitor:\n  actions: { loss_spike: rollback, loss_plateau: perturb }\n  rules: { loss_spike: { enabled: false } }",
        "x.yaml:2: monitor.actions.loss_spike: never taken, because monitor.rules.loss_spike is off")]
    [InlineData("data: { examples: 200, shards: 2, sharding: by_label }",
        "x.yaml:1: data.sharding: by_label: the gradient noise scale then counts differences between shards as noise")]
    [InlineData("data: { examples: 200, shards: 2, sharding: by_label }\ncluster: { mode: async }", null)] // nothing is estimated
    [InlineData("data: { examples: 5, shards: 1 }\ntraining: { batch_size: all, early_stopping: {} }", null)]
    public void What_only_the_size_of_the_data_shows_is_said_with_its_place(string yaml, string? expected)
    {
        LoadedConfig loaded = ConfigReader.Parse(yaml, "x.yaml", ["data.source=blobs", .. yaml.Contains("data:") ? [] : (string[])["data.examples=200", "data.validation=0"]]);
        TaskWarnings.Of(loaded, SmallRuns.Task(loaded.Config)).ShouldBe(expected is null ? [] : [expected]);
    }

    [Fact]
    public void A_key_that_does_not_suit_the_data_is_reported_with_its_place()
    {
        LoadedConfig loaded = ConfigReader.Parse("data:\n  source: blobs\n  examples: 200\n  validation: 200", "x.yaml", ["training.batch_size=1000"]);
        Should.Throw<Learning.InputException>(() => loaded.Use(SmallRuns.Task)).Message
            .ShouldBe("x.yaml:4: data.validation: 200 of the 200 examples of the training set; expected fewer, so that some are left to train on");
        Should.Throw<Learning.InputException>(() => loaded.Use(c => SmallRuns.Task(c with { Data = c.Data with { Validation = 50 } }))).Message
            .ShouldStartWith("--set training.batch_size: 1000 is more than the 150 training examples;");
    }
}
