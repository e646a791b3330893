using System.Text.Json;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

public sealed class SimulateCommandTests : ProgramTest
{
    [Fact]
    public void A_seed_prints_its_plan_and_the_same_time_line_again()
    {
        CliResult result = Run("simulate", "--seed", "7");
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldStartWith("seed    7\nrun     ");
        result.Output.ShouldContain("\nhealed  at ");
        result.Output.ShouldContain("server    term 1 starts at step 0");
        result.Output.ShouldContain("\nall promises kept: ");
        Run("simulate", "--seed", "7").Output.ShouldBe(result.Output);
    }

    [Fact]
    public void Many_seeds_end_with_the_faults_that_were_met()
    {
        CliResult result = Run("simulate", "--seeds", "1..40");
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldStartWith("40 seeds, ");
        result.Output.ShouldContain("KillServer");
        result.Output.ShouldEndWith("all promises kept\n");

        JsonElement json = JsonDocument.Parse(Run("simulate", "--seeds", "1..40", "--json").Output).RootElement;
        json.GetProperty("seeds").GetInt64().ShouldBe(40);
        json.GetProperty("failure").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Theory]
    [InlineData("give --seed N, or --seeds A..B, or --workers N with --model FILE")]
    [InlineData("give --seed N, or --seeds A..B, or --workers N with --model FILE", "--seed", "1", "--seeds", "1..2")]
    [InlineData("--seed: found '-1'; expected a whole number from 0", "--seed", "-1")]
    [InlineData("--seeds: found '5..1'; expected two whole numbers, the smaller first: 1..1000.", "--seeds", "5..1")]
    [InlineData("--seeds: found '1-5'; expected two whole numbers", "--seeds", "1-5")]
    public void Mistakes_are_told(string message, params string[] arguments)
    {
        CliResult result = Run(["simulate", .. arguments]);
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(message);
    }
}
