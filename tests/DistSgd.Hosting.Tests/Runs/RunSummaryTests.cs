using DistSgd.Hosting.Runs;
using DistSgd.Learning;

namespace DistSgd.Hosting.Tests.Runs;

public sealed class RunSummaryTests : IDisposable
{
    internal static readonly RunSummary Sample = new()
    {
        Name = "größe",
        Outcome = "stopped_by_monitor",
        Reason = "20 steps skipped",
        ExitCode = 3,
        Steps = 123,
        Epochs = 0.25,
        Seconds = 1.5,
        SamplesPerSecond = 10496,
        TrainLoss = double.NaN,
        ValidationLoss = double.PositiveInfinity,
        ValidationAccuracy = 0.1,
        TestAccuracy = 0.975,
        Parameters = 101770,
        ParametersSha256 = "ab12",
        Workers = 2,
        Shards = 4,
        VectorBits = 512,
        Alerts = new Dictionary<string, int> { ["non_finite"] = 2 },
        Started = new DateTimeOffset(2025, 3, 9, 12, 0, 0, TimeSpan.Zero),
        Finished = new DateTimeOffset(2025, 3, 9, 12, 0, 1, 500, TimeSpan.Zero),
    };

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_file_has_the_documented_text()
    {
        Sample.Write(_directory["summary.json"]);

        File.ReadAllText(_directory["summary.json"]).ShouldBe(
            """
            {
              "name": "größe",
              "outcome": "stopped_by_monitor",
              "reason": "20 steps skipped",
              "exit_code": 3,
              "steps": 123,
              "epochs": 0.25,
              "seconds": 1.5,
              "samples_per_second": 10496,
              "train_loss": "NaN",
              "train_accuracy": null,
              "validation_loss": "Infinity",
              "validation_accuracy": 0.1,
              "test_loss": null,
              "test_accuracy": 0.975,
              "parameters": 101770,
              "parameters_sha256": "ab12",
              "workers": 2,
              "shards": 4,
              "vector_bits": 512,
              "alerts": {
                "non_finite": 2
              },
              "started": "2025-03-09T12:00:00+00:00",
              "finished": "2025-03-09T12:00:01.5+00:00"
            }

            """);
        _directory.Files().ShouldBe(["summary.json"]);
    }

    [Fact]
    public void A_summary_comes_back_as_it_was()
    {
        Sample.Write(_directory["summary.json"]);

        RunSummary found = RunSummary.Read(_directory["summary.json"]);

        found.Alerts.ShouldBe(Sample.Alerts);
        (found with { Alerts = Sample.Alerts }).ShouldBe(Sample);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{\"name\": \"a\"}")]
    [InlineData("{\"name\": ")]
    public void A_file_that_is_no_summary_is_told(string text)
    {
        string path = _directory.WriteText("summary.json", text);

        Should.Throw<InputException>(() => RunSummary.Read(path)).Message.ShouldMatch($"^{path}(:1)? is damaged: not the summary of a run.$");
    }

    [Fact]
    public void A_missing_file_is_told() =>
        Should.Throw<InputException>(() => RunSummary.Read(_directory["nothing"])).Message.ShouldStartWith("Cannot read ");
}
