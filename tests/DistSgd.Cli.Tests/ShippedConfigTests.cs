using System.Text.Json;
using DistSgd.Learning.Data;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests;

/// <summary>The configs in the repository do what they are there for.</summary>
public class ShippedConfigTests : ProgramTest
{
    private const double SpiralsGoal = 0.95;
    private const double MnistGoal = 0.975;

    public static TheoryData<string> Spirals() =>
        [.. Directory.EnumerateFiles(ConfigPath("spirals"), "*.yaml").Select(path => Path.Combine("spirals", Path.GetFileName(path))).Order()];

    [Fact]
    public void There_is_a_spirals_config_for_every_optimizer_and_schedule()
    {
        string[] names = [.. Directory.EnumerateFiles(ConfigPath("spirals")).Select(path => Path.GetFileNameWithoutExtension(path)!)];
        names.ShouldBe(
            ["adagrad", "adam", "adamw", "constant", "cosine", "exponential", "linear", "momentum", "nesterov", "rmsprop", "sgd", "step"],
            ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Spirals))]
    public void Every_optimizer_and_schedule_learns_the_spirals_without_an_alert(string config)
    {
        JsonElement summary = Train(config);
        summary.GetProperty("validation_accuracy").GetDouble().ShouldBeGreaterThanOrEqualTo(SpiralsGoal);
        summary.GetProperty("alerts").EnumerateObject().ShouldBeEmpty();
    }

    [Fact]
    public void Blobs_and_teacher_learn()
    {
        Train("blobs.yaml").GetProperty("validation_accuracy").GetDouble().ShouldBeGreaterThan(SpiralsGoal);
        Train("teacher.yaml").GetProperty("validation_loss").GetDouble().ShouldBeLessThan(0.05);
    }

    [SkippableFact]
    public void The_shipped_MNIST_run_reaches_its_accuracy_without_an_alert()
    {
        Skip.IfNot(ImageSet.Mnist.Open().IsComplete(), "MNIST is not in the cache: distsgd data get mnist");
        JsonElement summary = Train("mnist.yaml");
        summary.GetProperty("test_accuracy").GetDouble().ShouldBeGreaterThanOrEqualTo(MnistGoal);
        summary.GetProperty("alerts").EnumerateObject().ShouldBeEmpty();
    }

    [SkippableFact]
    public void Ten_sigmoid_layers_raise_a_vanishing_alert()
    {
        Skip.IfNot(ImageSet.Mnist.Open().IsComplete(), "MNIST is not in the cache: distsgd data get mnist");
        Train("vanishing.yaml", "--set", "training.steps=100").GetProperty("alerts").TryGetProperty("vanishing_gradient", out _).ShouldBeTrue();
    }

    [SkippableTheory]
    [InlineData("1e6", "exploding_gradient")]
    [InlineData("1e12", "nonfinite")]
    public void A_huge_learning_rate_raises_an_alert(string rate, string rule)
    {
        Skip.IfNot(ImageSet.Mnist.Open().IsComplete(), "MNIST is not in the cache: distsgd data get mnist");
        CliResult result = Run(
            "train", ConfigPath("mnist.yaml"), "--set", $"optimizer.learning_rate={rate}", "--set", "clip=null", "--set", "training.steps=40", "--json");
        JsonDocument.Parse(result.Output).RootElement.GetProperty("alerts").TryGetProperty(rule, out _).ShouldBeTrue(result.Error);
        result.ExitCode.ShouldBe(rate == "1e12" ? 3 : 0);
    }

    private JsonElement Train(string config, params string[] more)
    {
        CliResult result = Run(["train", ConfigPath(config), "--json", .. more]);
        result.ExitCode.ShouldBe(0, result.Error);
        return JsonDocument.Parse(result.Output).RootElement;
    }
}
