using System.Text;
using DistSgd.Learning;
using DistSgd.Training.Config;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Training.Tests.Config;

public sealed class ConfigFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("distsgd-config-");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void A_file_is_read_with_or_without_a_byte_order_mark()
    {
        string path = Write([.. Encoding.UTF8.Preamble, .. "seed: 7"u8]);

        ConfigReader.Load(path).Config.Seed.ShouldBe(7);
        ConfigReader.Load(path, ["seed=8"]).Config.Seed.ShouldBe(8);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        LoadProblem("no/such.yaml").ShouldBe("no/such.yaml: no such file");

    [Fact]
    public void An_empty_name_is_no_file() =>
        LoadProblem("").ShouldBe("'' is no name of a file; expected a config file, such as configs/mnist.yaml");

    [Fact]
    public void A_directory_is_no_config() =>
        LoadProblem(_directory.FullName)
            .ShouldBe($"{_directory.FullName}: is a directory; expected a config file, such as configs/mnist.yaml");

    [Fact]
    public void A_huge_file_is_not_read()
    {
        string path = Write(new byte[(1 << 20) + 1]);

        LoadProblem(path).ShouldBe($"{path}: larger than 1048576 bytes; a config is a short text");
    }

    [Fact]
    public void A_binary_file_is_no_config()
    {
        string path = Write([.. "seed: "u8, 0xff, 0xfe]);

        LoadProblem(path).ShouldBe($"{path}: not UTF-8 text (byte 6)");
    }

    [Theory]
    [InlineData("")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("~")]
    public void An_empty_text_is_refused(string yaml) =>
        Problem(yaml).ShouldBe(
            "x.yaml: is empty; expected a mapping of name, seed, data, model, loss, optimizer, schedule, clip, training, cluster, monitor, log");

    [Theory]
    [InlineData("- 1", "x.yaml:1: found the list [1]; expected a mapping of name, ")]
    [InlineData("hello", "x.yaml:1: found 'hello'; expected a mapping of name, ")]
    [InlineData("seed: 1\n---\nseed: 2", "x.yaml:2: a second document begins here; a config is one document")]
    [InlineData("seed: 1\n  name: x", "x.yaml:2: not valid YAML at column 7: ")]
    [InlineData("model: { hidden: [1, 2 }", "x.yaml:1: not valid YAML: the list that [ opens at column 18 is not closed as it should be")]
    [InlineData("model:\n  hidden: [1, 2\nseed: 4", "x.yaml:2: not valid YAML: the list that [ opens at column 11 is not closed as it should be")]
    [InlineData("model: { hidden: [3]\nseed: 4\nname: a", "x.yaml:1: not valid YAML: the mapping that { opens at column 8 is not closed as it should be")]
    [InlineData("[", "x.yaml:1: not valid YAML: the list that [ opens at column 1 is not closed as it should be")]
    [InlineData("seed: 1\nname: x\ndata:\n\tsource: blobs\n", "x.yaml:4: not valid YAML: a tab in the indentation; YAML indents by spaces")]
    [InlineData("seed: 1\nname: x\nmodel:\n  hidden: [3]\ntraining:\n\tsteps: 3", "x.yaml:6: not valid YAML: a tab in the indentation; YAML indents by spaces")]
    [InlineData("seed:\t1\nname: x\n\tloss: mse\n", "x.yaml:3: not valid YAML: a tab in the indentation; YAML indents by spaces")]
    [InlineData("name: \"x", "x.yaml:1: not valid YAML at column ")]
    [InlineData("seed: 1\n[a]: 2", "x.yaml:2: found the list [a] as a key; expected a word")]
    [InlineData("a: &a [x, x]\nb: [*a, *a]", "x.yaml:1: anchors (&), aliases (*) and tags (!) are not used in a config; write the value itself")]
    [InlineData("seed: !!int 5", "x.yaml:1: anchors (&), aliases (*) and tags (!) are not used in a config; write the value itself")]
    public void Text_that_is_no_config_is_refused_with_its_line(string yaml, string start) => Problem(yaml).ShouldStartWith(start);

    [Fact]
    public void Deep_nesting_is_refused_at_once() =>
        Problem(new string('[', 500_000)).ShouldBe("x.yaml:1: nested deeper than 16 levels");

    [Fact]
    public void A_flood_of_problems_is_cut()
    {
        string[] lines = Problem(string.Concat(Enumerable.Range(0, 5000).Select(i => $"key{i}: 1\n"))).Split('\n');

        lines.Length.ShouldBe(21);
        lines[^1].ShouldBe("and 4980 more");
    }

    [Fact]
    public void Random_text_gives_a_config_or_one_clear_error()
    {
        string[] pieces =
        [
            "seed", "data", "model", "hidden", "training", "steps", "clip", "null", "~", "1", "-0.5", "1e400", "é",
            ":", ": ", "\n", "\n  ", " ", "{", "}", "[", "]", ",", "- ", "? ", "\"", "'", "#", "&a ", "*a", "!!", "%", "@", "`", "|", ">",
            "---\n", "...\n", "\t", "\\", "\u2028", "\0",
        ];
        Gen<string> texts = Gen.Elements(pieces).ListOf().Select(string.Concat);

        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            try
            {
                ConfigReader.Parse(text, "x.yaml").Config.ShouldNotBeNull();
            }
            catch (InputException e)
            {
                e.Message.ShouldStartWith("x.yaml:");
            }
        }).Check(FsCheck.Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    [Fact]
    public void A_relative_path_begins_at_the_config_and_on_the_command_line_at_the_current_directory()
    {
        string path = Write([.. "data: { source: csv, path: sub/../train.csv, test_path: /data/test.csv }"u8]);

        ConfigReader.Load(path).Config.Data.Path.ShouldBe(Path.Combine(_directory.FullName, "train.csv"));
        ConfigReader.Load(path).Config.Data.TestPath.ShouldBe("/data/test.csv");
        ConfigReader.Load(path, ["data.path=train.csv"]).Config.Data.Path.ShouldBe(Path.Combine(Environment.CurrentDirectory, "train.csv"));
    }

    private static string Problem(string yaml) => Should.Throw<InputException>(() => ConfigReader.Parse(yaml, "x.yaml")).Message;

    private static string LoadProblem(string path) => Should.Throw<InputException>(() => ConfigReader.Load(path)).Message;

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(_directory.FullName, "x.yaml");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
