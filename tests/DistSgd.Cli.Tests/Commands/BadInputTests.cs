using DistSgd.Hosting;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

/// <summary>Every mistake of a user gives one clear message on standard error, exit code 2, and nothing on standard output.</summary>
public class BadInputTests : ProgramTest
{
    private const string Csv = "data: { source: csv, path: data.csv }\ntraining: { epochs: 1 }\n";

    public static TheoryData<string[], string> Mistakes() => new()
    {
        { [], "a command is missing; expected one of those below." },
        { ["trian"], "no command is named 'trian'; did you mean 'train'?" },
        { ["train"], "train: give either a config file or --resume RUN" },
        { ["train", "@missing"], "@missing" },
        { ["train", "missing.yaml"], "missing.yaml" },
        { ["train", "good.yaml", "--resume", "x"], "train: give either a config file or --resume RUN" },
        { ["train", "good.yaml", "--set", "training.epoch=1"], "--set training.epoch: unknown key; did you mean 'epochs'?" },
        { ["train", "good.yaml", "--set", "data.shards=0"], "--set data.shards: found '0'; expected a whole number from 1 to 1024" },
        { ["train", "good.yaml", "--set", "model.hidden=[0]"], "--set model.hidden" },
        { ["train", "good.yaml", "--set", "model.hidden=[65536, 65536]"], "--set model.hidden: found [65536, 65536]; its 4294967296 weights" },
        { ["config", "check", "good.yaml", "--set", "model.hidden=[65536, 65536]"], "--set model.hidden: found [65536, 65536]" },
        { ["config", "check", ""], "'' is no name of a file" },
        { ["train", "good.yaml", "--set", "optimizer.learning_rate=.nan"], "--set optimizer.learning_rate" },
        { ["train", "good.yaml", "--set", "training.batch_size=100000"], "--set training.batch_size: 100000 is more than the" },
        { ["train", "good.yaml", "--set", "data.validation=100000"], "--set data.validation: 100000 of the 4000 examples" },
        { ["train", "--resume", "nowhere"], "nowhere" },
        { ["train", "good.yaml", "--run-dir", "/proc/nowhere/run"], "/proc/nowhere" },
        { ["train", "good.yaml", "--run-dir", ""], "'' is no name of a directory" },
        { ["train", "--resume", ""], "'' is no name of a directory" },
        { ["cluster", "up"], "cluster up: give either a config file or --resume RUN" },
        { ["cluster", "up", "missing.yaml"], "missing.yaml: no such file" },
        { ["cluster", "up", "good.yaml", "--engine", "ray"], "--engine: found 'ray'; expected node or akka." },
        { ["cluster", "up", "good.yaml", "--workers", "0"], "--workers: found '0'; expected a whole number from 1 to 1024." },
        { ["cluster", "up", "good.yaml", "--listen", "7117"], "--listen: '7117' is no address; expected unix:PATH or HOST:PORT" },
        { ["cluster", "up", "good.yaml", "--set", "training.epoch=1"], "--set training.epoch: unknown key; did you mean 'epochs'?" },
        { ["cluster", "up", "--resume", "nowhere"], "nowhere is no run: the directory does not exist." },
        { ["cluster", "up", "--resume", "nowhere", "--run-dir", "x"], "cluster up: --run-dir has no meaning with --resume" },
        { ["cluster", "status", "nowhere"], "nowhere is no run: the directory does not exist." },
        { ["cluster", "status", "sub"], "sub is no run of a cluster: it holds no cluster.json." },
        { ["cluster", "down", "sub"], "sub is no run of a cluster: it holds no cluster.json." },
        { ["evaluate", "nowhere"], "nowhere" },
        { ["evaluate", "good.yaml"], "good.yaml is no run: it is a file" },
        { ["predict", "nowhere", "good.yaml"], "nowhere" },
        { ["evaluate", "nowhere", "--part", "Test"], "--part: found 'Test'; expected test, validation or training." },
        { ["runs", "--dir", "nowhere"], "nowhere: is not there; expected a directory of runs." },
        { ["runs", "--dir", "good.yaml"], "good.yaml: is a file; expected a directory of runs." },
        { ["data", "get", "cifar"], "no data set is named 'cifar'; expected one of mnist, fashion-mnist." },
        { ["data", "get", "fashion_mnist"], "no data set is named 'fashion_mnist'; expected one of mnist, fashion-mnist; did you mean 'fashion-mnist'?" },
        { ["config", "check", "missing.yaml"], "missing.yaml" },
        { ["train", "ragged.yaml"], "ragged.csv:3: found 2 fields, expected 3" },
        { ["train", "text.yaml"], "text.csv:2: column 1 'x': found 'abc'" },
        { ["train", "idx.yaml"], "images" },
        { ["train", "sub/lost.yaml"], "sub/lost.yaml:2: data.path: " },
        { ["train", "sub/lost.yaml"], "/sub/train.csv: no such file" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_gets_one_message_and_exit_code_2(string[] arguments, string message)
    {
        Write("good.yaml", "data: { source: blobs }\n");
        Write("ragged.yaml", Csv.Replace("data.csv", "ragged.csv"));
        Write("ragged.csv", "x,y,label\n1,2,0\n1,2\n");
        Write("text.yaml", Csv.Replace("data.csv", "text.csv"));
        Write("text.csv", "x,y,label\nabc,2,0\n");
        Write("idx.yaml", "data: { source: idx, path: images, labels_path: labels }\n");
        Directory.CreateDirectory(Path.Combine(Home, "sub"));
        Write("sub/lost.yaml", "data:\n  path: train.csv\n  source: csv\n");
        Write("images", "not an IDX file");
        Write("labels", "");

        CliResult result = Run(arguments);
        result.ExitCode.ShouldBe(ExitCodes.BadInput, result.Error);
        result.Error.ShouldContain(message);
        result.Error.Split('\n').Count(line => line.StartsWith("distsgd: ", StringComparison.Ordinal)).ShouldBe(1);
        result.Error.ShouldNotContain("   at DistSgd", Case.Sensitive);
        result.Output.ShouldBeEmpty();
        Directory.Exists(Path.Combine(Home, "runs")).ShouldBeFalse("a run directory was made for a run that cannot start");
    }

    [Fact]
    public void A_vector_width_that_does_not_exist_is_refused()
    {
        CliResult result = Run([("DISTSGD_VECTOR_BITS", "1024")], "runs");
        result.ExitCode.ShouldBe(ExitCodes.BadInput);
        result.Error.ShouldBe($"distsgd: DISTSGD_VECTOR_BITS is '1024'; expected 512, 256 or 128.{Environment.NewLine}");
    }

    [Fact]
    public void A_corrupt_model_is_refused()
    {
        Write("good.yaml", "data: { source: blobs }\ntraining: { epochs: 1 }\n");
        Run("train", "good.yaml", "--run-dir", "run").ExitCode.ShouldBe(0);
        string model = Path.Combine(Home, "run", "model.safetensors");
        File.WriteAllBytes(model, File.ReadAllBytes(model)[..^5]);
        CliResult result = Run("evaluate", "run");
        result.ExitCode.ShouldBe(ExitCodes.BadInput);
        result.Error.ShouldContain("model.safetensors");
    }
}
