using System.Globalization;
using System.Text.Json;
using DistSgd.Learning.Data;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

public class OtherCommandsTests : ProgramTest
{
    [Fact]
    public void Help_names_every_command()
    {
        CliResult help = Run("--help");
        help.ExitCode.ShouldBe(0);
        foreach (string command in new[] { "train", "evaluate", "predict", "runs", "landscape", "data", "config" })
        {
            help.Output.ShouldContain($"  {command} ");
        }

        foreach (string further in new[] { "  0    done", "  1  ", "  2  ", "  3  ", "  130  ", "  143  ", "DISTSGD_CACHE", "DISTSGD_VECTOR_BITS" })
        {
            help.Output.ShouldContain(further);
        }
    }

    [Fact]
    public void Help_of_commands_says_what_their_options_hide()
    {
        Run("train", "--help").Output.ShouldContain("either CONFIG or --resume RUN");
        Run("train", "--help").Output.ShouldNotContain("Exit codes");
        Run("predict", "--help").Output.ShouldContain("JSON lines");
        Run("data", "get", "--help").Output.ShouldContain("<NAME>");
        Run("evaluate", "--help").Output.ShouldContain("--part <test|validation|training>  Part of the data. [default: test]");
    }

    [Fact]
    public void Evaluate_and_predict_give_the_numbers_of_the_summary()
    {
        Dataset blobs = SyntheticData.Blobs(seed: 3, classes: 3, features: 2, examples: 300, testExamples: 60, noise: 0.3);
        WriteCsv("train.csv", blobs.Train);
        WriteCsv("test.csv", blobs.Test);
        Write("csv.yaml", "data: { source: csv, path: train.csv, test_path: test.csv, scaling: standard }\nmodel: { hidden: [8] }\ntraining: { batch_size: 10 }\n");
        CliResult trained = Run("train", "csv.yaml", "--run-dir", "run", "--json");
        trained.ExitCode.ShouldBe(0, trained.Error);
        JsonElement summary = JsonDocument.Parse(trained.Output).RootElement;

        JsonElement evaluated = JsonDocument.Parse(Run("evaluate", "run", "--json").Output).RootElement;
        evaluated.GetProperty("loss").GetDouble().ShouldBe(summary.GetProperty("test_loss").GetDouble());
        evaluated.GetProperty("accuracy").GetDouble().ShouldBe(summary.GetProperty("test_accuracy").GetDouble());

        Run("evaluate", "run").Output.ShouldBe(
            $"test: loss {evaluated.GetProperty("loss").GetDouble():G4}, accuracy {100 * evaluated.GetProperty("accuracy").GetDouble():F2} %, 60 examples\n");
        JsonDocument.Parse(Run("evaluate", "run", "--part", "training", "--json").Output).RootElement.GetProperty("part").GetString().ShouldBe("training");

        string[] lines = Run("predict", "run", "test.csv").Output.TrimEnd().Split('\n');
        lines[0].ShouldBe("index,class,p_0,p_1,p_2");
        int right = lines.Skip(1).Count(line => int.Parse(line.Split(',')[1], CultureInfo.InvariantCulture) == blobs.Test.Labels[int.Parse(line.Split(',')[0], CultureInfo.InvariantCulture)]);
        ((double)right / blobs.Test.Count).ShouldBe(summary.GetProperty("test_accuracy").GetDouble(), 1e-12);
        WriteCsv("other.csv", blobs.Test, order: [1, 0], "y,x");
        Run("predict", "run", "other.csv").Output.TrimEnd().Split('\n').ShouldBe(lines, "columns are known by their names");
        WriteCsv("strange.csv", blobs.Test, order: [0, 1], "x,z");
        Run("predict", "run", "strange.csv").Error.ShouldContain("strange.csv:1: the column is missing that the model was trained on: 'y'");
        Run("predict", "run", ".").Error.ShouldBe($"distsgd: .: is a directory; expected a CSV or IDX file.{Environment.NewLine}");

        WriteCsv("train.csv", blobs.Test);
        CliResult changed = Run("evaluate", "run", "--part", "training");
        changed.ExitCode.ShouldBe(2);
        changed.Error.ShouldContain("train: the data set has changed since the model was trained");
        lines.Skip(1).ShouldAllBe(line => Math.Abs(line.Split(',').Skip(2).Sum(p => double.Parse(p, CultureInfo.InvariantCulture)) - 1) < 1e-4);
    }

    [Fact]
    public void Predictions_stay_readable_whatever_the_classes_are_called_and_however_large_the_numbers_are()
    {
        Write("named.csv", "x,y,label\n" + string.Concat(Enumerable.Repeat("0.001,0,\"one, \"\"two\"\"\"\n0,0.001,three\n", 20)));
        Write("named.yaml", "data: { source: csv, path: named.csv }\nmodel: { hidden: [] }\ntraining: { batch_size: 8, epochs: 50 }\n");
        Run("train", "named.yaml", "--run-dir", "run").ExitCode.ShouldBe(0);
        Write("new.csv", "x,y\n0.001,0\n3e38,3e38\n");

        string[] lines = Run("predict", "run", "new.csv").Output.TrimEnd().Split('\n');
        lines[0].ShouldBe("index,class,\"p_one, \"\"two\"\"\",p_three");
        lines[1].ShouldStartWith("0,\"one, \"\"two\"\"\",0.");

        CliResult json = Run("predict", "run", "new.csv", "--json");
        json.ExitCode.ShouldBe(0, json.Error);
        JsonElement[] objects = [.. json.Output.TrimEnd().Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
        objects[0].GetProperty("class").GetString().ShouldBe("one, \"two\"");
        objects[1].GetProperty("probabilities")[0].GetString().ShouldBe("NaN");
    }

    [Fact]
    public void Runs_lists_what_is_there()
    {
        Run("runs").Error.ShouldContain("no runs in runs");
        Write("blobs.yaml", "name: demo\ndata: { source: blobs }\ntraining: { epochs: 1 }\n");
        Run("train", "blobs.yaml").ExitCode.ShouldBe(0);
        CliResult listed = Run("runs");
        listed.Output.ShouldContain("demo-");
        listed.Output.ShouldContain("completed");
        JsonElement run = JsonDocument.Parse(Run("runs", "--json").Output).RootElement[0];
        run.GetProperty("state").GetString().ShouldBe("finished");
        run.GetProperty("outcome").GetString().ShouldBe("completed");
    }

    [Fact]
    public void Runs_of_an_empty_directory_are_none()
    {
        Directory.CreateDirectory(Path.Combine(Home, "empty"));
        CliResult listed = Run("runs", "--dir", "empty");
        listed.ExitCode.ShouldBe(0);
        listed.Error.ShouldContain("no runs in empty");
    }

    [Fact]
    public void Config_check_prints_a_resolved_config_that_is_valid_itself()
    {
        Run("config", "check", ConfigPath("mnist.yaml")).Output.ShouldContain("mnist.yaml: valid");
        CliResult resolved = Run("config", "check", ConfigPath("mnist.yaml"), "--resolved", "--set", "training.epochs=2");
        string again = Write("resolved.yaml", resolved.Output);
        Run("config", "check", again, "--resolved").Output.ShouldBe(resolved.Output);
    }

    [Fact]
    public void Config_schema_is_json()
    {
        JsonDocument.Parse(Run("config", "schema").Output).RootElement.GetProperty("properties").TryGetProperty("optimizer", out _).ShouldBeTrue();
    }

    [Fact]
    public void Data_list_tells_that_an_empty_cache_is_empty()
    {
        string cache = Path.Combine(Home, "cache");
        string[] listed = Run([("DISTSGD_CACHE", cache)], "data", "list").Output.Trim().Split('\n');
        listed.Select(line => line.Split(' ')[0]).ShouldBe(["mnist", "fashion-mnist"]);
        listed.ShouldAllBe(line => line.Contains("not in the cache"));
    }

    [Fact]
    public void Data_list_tells_what_is_damaged()
    {
        Directory.CreateDirectory(Path.Combine(Home, "cache", "mnist"));
        Write(Path.Combine("cache", "mnist", ImageSet.Mnist.TestLabels.Name), "half a file");
        (string, string)[] environment = [("DISTSGD_CACHE", Path.Combine(Home, "cache"))];
        string listed = Run(environment, "data", "list").Output.Split('\n')[0];
        listed.ShouldContain("damaged: ");
        listed.ShouldNotContain("not in the cache");
        JsonElement mnist = JsonDocument.Parse(Run(environment, "data", "list", "--json").Output).RootElement[0];
        mnist.GetProperty("cached").GetBoolean().ShouldBeFalse();
        mnist.GetProperty("problem").GetString().ShouldNotBeEmpty();
    }

    [Fact]
    public void Version_is_the_products() => Run("--version").Output.ShouldStartWith("0.1.0");

    private void WriteCsv(string name, Examples examples) => WriteCsv(name, examples, [0, 1], "x,y");

    private void WriteCsv(string name, Examples examples, int[] order, string header)
    {
        IEnumerable<string> rows = Enumerable.Range(0, examples.Count).Select(i => string.Join(
            ",", order.Select(f => examples.FloatRow(i)[f]).Select(x => x.ToString("R", CultureInfo.InvariantCulture)).Append($"{examples.Labels[i]}")));
        Write(name, $"{header},label\n" + string.Join("\n", rows) + "\n");
    }
}
