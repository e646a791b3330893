using System.Globalization;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Training.Config;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Training.Tests.Config;

public class ConfigWriterTests
{
    [Fact]
    public void A_resolved_config_reads_back_as_an_equal_one() =>
        Prop.ForAll(ConfigGenerator.Valid, config =>
        {
            RunConfig read = ConfigReader.Parse(ConfigWriter.ToYaml(config), "x.yaml").Config;

            read.ShouldBe(config);
            ConfigDigest.Compute(read).ShouldBe(ConfigDigest.Compute(config));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Each_key_stands_under_its_description()
    {
        RunConfig config = new() { Name = "null", Data = new DataConfig { Path = "a: b" }, Clip = new ClipConfig { Norm = 1e-7 } };

        string yaml = ConfigWriter.ToYaml(config);

        yaml.ShouldStartWith("""
            # Name of the run; begins the name of its directory.
            name: "null"
            # Seed of everything random: data, shuffles, initial weights, noise.
            seed: 42
            # The examples and how they are dealt to shards.
            data:
              # Where the examples come from.
              source: mnist

            """);
        yaml.ShouldContain("\n  path: \"a: b\"\n");
        yaml.ShouldContain("\n  labels_path: null\n");
        yaml.ShouldContain("\n  hidden: [128]\n");
        yaml.ShouldContain("\n  norm: 1.0e-07\n");
        yaml.ShouldContain("\n  evaluate_every: epoch\n");
    }

    [Fact]
    public void The_culture_of_the_machine_does_not_show()
    {
        string invariant = ConfigWriter.ToYaml(new RunConfig());
        CultureInfo before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NegativeSign = "~" } };

            ConfigWriter.ToYaml(new RunConfig()).ShouldBe(invariant);
            ConfigReader.Parse(invariant, "x.yaml").Config.ShouldBe(new RunConfig());
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void A_word_that_a_value_declares_is_its_only_spelling()
    {
        RunConfig config = new() { Data = new DataConfig { Source = DataSource.FashionMnist } };

        ConfigWriter.ToYaml(config).ShouldContain("  source: fashion-mnist\n");
        ConfigWriter.ToJson(config)["data"]!["source"]!.GetValue<string>().ShouldBe("fashion-mnist");
        ConfigReader.Parse("data: { source: fashion-mnist }", "x.yaml").Config.ShouldBe(config);
        Should.Throw<InputException>(() => ConfigReader.Parse("data: { source: fashion_mnist }", "x.yaml"))
            .Message.ShouldEndWith("; did you mean 'fashion-mnist'?");
    }

    [Fact]
    public void The_log_gets_the_words_of_the_file() =>
        ConfigWriter.ToJson(new RunConfig { Model = new ModelConfig { Hidden = [] } }).ToJsonString().ShouldStartWith(
            """{"name":"run","seed":42,"data":{"source":"mnist","shards":4,"validation":null,"scaling":"unit","sharding":"iid","path":null,""");

    [Fact]
    public void Json_is_yaml_so_the_log_gives_the_config_back() =>
        Prop.ForAll(ConfigGenerator.Valid, config =>
            ConfigReader.Parse(ConfigWriter.ToJson(config).ToJsonString(), "log").Config.ShouldBe(config)).QuickCheckThrowOnFailure();
}
