using System.Text.Json;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

public class CurvatureCommandTests : ProgramTest
{
    private static readonly string[] Quick = ["--trace-samples", "4", "--resolution", "5", "--max-steps", "60"];

    [Fact]
    public void A_run_is_examined_with_the_same_numbers_whatever_the_number_of_workers()
    {
        Train();
        CliResult one = Run(["curvature", "run", "--workers", "1", "--out", "one", .. Quick]);
        one.ExitCode.ShouldBe(0, one.Error);
        one.Output.ShouldContain("Verdict: ");
        one.Output.ShouldContain("smallest eigenvalue");
        one.Error.ShouldContain("spectral density ...");
        CliResult four = Run(["curvature", "run", "--workers", "4", "--out", "four", "--json", .. Quick]);
        four.ExitCode.ShouldBe(0, four.Error);
        four.Output.TrimEnd().ShouldBe(File.ReadAllText(Path.Combine(Home, "one", "study.json")).TrimEnd());
        foreach (string file in new[] { "report.html", "curvature.csv", "layers.csv", "spectrum_density.csv", "line_slice.csv", "plane_1_slice.csv", "plane_2_path.csv" })
        {
            File.Exists(Path.Combine(Home, "one", file)).ShouldBeTrue(file);
        }

        // The command in the files makes them anew.
        string command = JsonDocument.Parse(four.Output).RootElement.GetProperty("command").GetString()!;
        CliResult again = Shell(command + " --out again --json");
        again.ExitCode.ShouldBe(0, again.Error);
        again.Output.ShouldBe(four.Output);
    }

    [Fact]
    public void The_default_directory_lies_in_the_run_and_names_the_step()
    {
        Train();
        Run("curvature", "run", "--step", "0", "--no-slices", "--trace-samples", "4").ExitCode.ShouldBe(0);
        string directory = Directory.GetDirectories(Path.Combine(Home, "run"), "curvature-step-0-*").ShouldHaveSingleItem();
        File.Exists(Path.Combine(directory, "line_slice.csv")).ShouldBeFalse();
        Run("runs", "--dir", "run").Error.ShouldContain("no runs"); // a study is no run
    }

    [Fact]
    public void Eigenvalues_that_have_not_converged_say_so()
    {
        Train();
        CliResult result = Run("curvature", "run", "--max-steps", "3", "--no-slices", "--trace-samples", "2");
        result.ExitCode.ShouldBe(0);
        result.Output.ShouldContain("NOT CONVERGED after 3 products");
    }

    [Fact]
    public void Mistakes_get_one_message_and_exit_code_2()
    {
        Train();
        (string[] Arguments, string Message)[] mistakes =
        [
            (["nowhere"], "nowhere"),
            (["run", "--step", "7"], "no checkpoint of step 7; there are those of steps 0, "),
            (["run", "--step", "-1"], "--step: found '-1'; expected a whole number from 0"),
            (["run", "--examples", "301"], "--examples: found '301'; the run has 240 training examples"),
            (["run", "--examples", "0"], "--examples: found '0'"),
            (["run", "--examples", "some"], "--examples: found 'some'"),
            (["run", "--tolerance", "2"], "--tolerance: found '2'; expected a number between 0 and 1."),
            (["run", "--max-steps", "0"], "--max-steps: found '0'"),
            (["run", "--trace-samples", "1"], "--trace-samples: found '1'; expected a whole number from 2"),
            (["run", "--resolution", "1"], "--resolution: found '1'; expected a whole number from 2"),
            (["run", "--resolution", "5", "--no-slices"], "--resolution has no meaning with --no-slices"),
            (["run", "--workers", "0"], "--workers: found '0'"),
            (["run", "--out", "run"], "run is not empty"),
        ];
        foreach ((string[] arguments, string message) in mistakes)
        {
            CliResult result = Run(["curvature", .. arguments]);
            result.ExitCode.ShouldBe(2, message);
            result.Error.ShouldContain(message);
            result.Output.ShouldBeEmpty();
        }

        Directory.Delete(Path.Combine(Home, "run", "checkpoints"), recursive: true);
        CliResult without = Run("curvature", "run");
        without.ExitCode.ShouldBe(2);
        without.Error.ShouldContain("has no checkpoint yet");
    }

    private void Train()
    {
        Write("blobs.yaml", "data: { source: blobs, examples: 300, validation: 60, noise: 0.8 }\nmodel: { hidden: [8] }\ntraining: { batch_size: 20, epochs: 2 }\n");
        CliResult trained = Run("train", "blobs.yaml", "--run-dir", "run");
        trained.ExitCode.ShouldBe(0, trained.Error);
    }
}
