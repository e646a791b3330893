using DistSgd.Learning;
using DistSgd.Training.Config;

namespace DistSgd.Training.Tests.Config;

public class ConfigOverrideTests
{
    private const string File = """
        clip: { norm: 5 }
        training: { batch_size: 32, epochs: 3 }
        """;

    [Fact]
    public void Overrides_take_the_place_of_the_file()
    {
        RunConfig config = Read("training.batch_size=7", "model.hidden=[64, 32]", "log.console=off", "name=a", "name=b");

        config.Training.BatchSize.ShouldBe(7);
        config.Training.Epochs.ShouldBe(3);
        config.Model.Hidden.ShouldBe([64, 32]);
        config.Log.Console.ShouldBe(ConsoleLevel.Off);
        config.Name.ShouldBe("b");
    }

    [Fact]
    public void A_section_can_be_removed_and_made()
    {
        Read("clip=null").Clip.ShouldBeNull();
        Read("clip=").Clip.ShouldBeNull();
        Read("clip=null", "clip.value=2").Clip.ShouldBe(new ClipConfig { Value = 2 });
        Read("training.early_stopping.patience=9").Training.EarlyStopping.ShouldBe(new EarlyStoppingConfig { Patience = 9 });
    }

    [Fact]
    public void The_choice_of_the_file_gives_way_to_its_alternative()
    {
        Read("clip.value=0.5").Clip.ShouldBe(new ClipConfig { Value = 0.5 });
        Read("training.steps=10").Training.ShouldBe(new TrainingConfig { BatchSize = 32, Epochs = null, Steps = 10 });
        Read("training.steps=null").Training.Epochs.ShouldBe(3);
    }

    [Theory]
    [InlineData("clip.norm", "--set clip.norm: expected KEY=VALUE, such as --set optimizer.learning_rate=0.05")]
    [InlineData("=3", "--set =3: expected KEY=VALUE, such as --set optimizer.learning_rate=0.05")]
    [InlineData("clip.norm=-1", "--set clip.norm: found '-1'; expected a finite number above 0, or null")]
    [InlineData("clip={norm: 0}", "--set clip: clip.norm: found '0'; expected a finite number above 0, or null")]
    [InlineData("clip.nrom=1", "--set clip.nrom: unknown key; did you mean 'norm'? Known keys here: norm, value")]
    [InlineData("name.x=1", "--set name.x: name: found a mapping; expected 1 to 64 letters, digits, '.', '_' or '-', the first a letter or a digit")]
    [InlineData("loss=rmse", "--set loss: found 'rmse'; expected one of cross_entropy, binary_cross_entropy, mse; did you mean 'mse'?")]
    [InlineData("model.hidden=[64", "--set model.hidden: not valid YAML: the list that [ opens at column 1 is not closed as it should be")]
    [InlineData("optimizer.nesterov=true", "--set optimizer.nesterov: found true; needs optimizer.momentum above 0")]
    public void A_wrong_override_is_named(string text, string expected) =>
        Should.Throw<InputException>(() => Read(text)).Message.ShouldBe(expected);

    [Fact]
    public void Two_overrides_do_not_silence_each_other() =>
        Should.Throw<InputException>(() => Read("training.steps=10", "training.epochs=2")).Message
            .ShouldBe("--set training.steps: cannot stand beside 'epochs' (--set training.epochs); give one of the two");

    [Fact]
    public void Problems_of_the_file_come_before_those_of_overrides() =>
        Should.Throw<InputException>(() => ConfigReader.Parse("seed: x", "x.yaml", ["name=-"])).Message.Split('\n')
            .Select(line => line[..12]).ShouldBe(["x.yaml:1: se", "--set name: "]);

    private static RunConfig Read(params string[] overrides) => ConfigReader.Parse(File, "x.yaml", overrides).Config;
}
