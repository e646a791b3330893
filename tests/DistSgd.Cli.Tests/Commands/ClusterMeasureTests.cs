using System.Text.Json;
using DistSgd.Simulation.Scale;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

/// <summary>Measuring clusters of this machine, and predicting others.</summary>
public sealed class ClusterMeasureTests : ProgramTest
{
    [Fact]
    public void What_is_measured_makes_a_model_that_predicts()
    {
        string model = Path.Combine(Home, "model.json");
        CliResult measured = Run("cluster", "measure", ConfigPath("blobs.yaml"), "--model", model, "--workers", "1,2", "--rounds", "1");
        measured.ExitCode.ShouldBe(0, measured.Error);
        measured.Error.ShouldContain("round 1/1: 2 workers, batch ");
        measured.Output.ShouldContain("took part in the fit");
        CostModel costs = CostModel.Load(model);
        costs.Measurements.Select(one => one.Workers).ShouldBe([1, 2]);
        costs.Measurements.ShouldAllBe(one => one.Steps > 0 && one.StepSeconds > 0 && one.WorkerUserSeconds > 0 && one.ServerUserSeconds > 0);

        CliResult predicted = Run("simulate", "--workers", "48", "--model", model);
        predicted.ExitCode.ShouldBe(0, predicted.Error);
        predicted.Output.ShouldContain("queues      at 48 workers 96 messages a step, 2 a worker; ");
        Run("simulate", "--workers", "48", "--model", model).Output.ShouldBe(predicted.Output);
        JsonElement json = JsonDocument.Parse(Run("simulate", "--workers", "48", "--model", model, "--batch", "64", "--json").Output).RootElement;
        json.GetProperty("batch").GetInt32().ShouldBe(64);
        json.GetProperty("points").EnumerateArray().Select(point => point.GetProperty("workers").GetInt32()).ShouldBe([1, 2, 4, 8, 16, 32, 48]);
    }

    [Theory]
    [InlineData("--workers: found '3'; expected at least two different whole numbers from 1 to 64: 1,2,4,8.", "--workers", "3")]
    [InlineData("--workers: found '1,x'; expected at least two", "--workers", "1,x")]
    [InlineData("--rounds: found '0'; expected a whole number from 1 to 99", "--rounds", "0")]
    [InlineData("cannot write /nowhere/model.json", "--model", "/nowhere/model.json")]
    public void Mistakes_are_told_before_anything_runs(string message, params string[] arguments)
    {
        string[] model = arguments[0] == "--model" ? [] : ["--model", Path.Combine(Home, "model.json")];
        CliResult result = Run(["cluster", "measure", ConfigPath("blobs.yaml"), .. model, .. arguments]);
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(message);
    }

    [Theory]
    [InlineData("or --workers N with --model FILE", "--workers", "8")]
    [InlineData("or --workers N with --model FILE", "--workers", "8", "--model", "x.json", "--seed", "1")]
    [InlineData("Cannot read /nowhere/x.json", "--workers", "8", "--model", "/nowhere/x.json")]
    [InlineData("--workers: found '5000'; expected a whole number from 1 to 4096", "--workers", "5000", "--model", "x.json")]
    public void Mistakes_of_a_prediction_are_told(string message, params string[] arguments)
    {
        CliResult result = Run(["simulate", .. arguments]);
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(message);
    }
}
