namespace DistSgd.Studies.Tests;

public class StudyCommandLineTests
{
    [Fact]
    public void A_command_names_what_was_given_and_nothing_else()
    {
        StudyCommandLine.Of("quartic", new StudySettings()).ShouldBe("distsgd landscape quartic");
        var settings = new StudySettings { Starts = [[0.5, -0.5], [1, 1e-10]], Optimizers = ["adam"], LearningRate = 0.1, Steps = 10, Seed = 7 };
        StudyCommandLine.Of("quartic", settings).ShouldBe(
            "distsgd landscape quartic --start 0.5,-0.5 --start 1,1E-10 --optimizer adam --learning-rate 0.1 --steps 10 --seed 7");
        StudyCommandLine.Given(settings).ShouldBe(StudyOptions.Starts | StudyOptions.Optimizers | StudyOptions.LearningRate | StudyOptions.Steps);
        StudyCommandLine.Names(StudyOptions.Noise | StudyOptions.Momentum).ShouldBe("--momentum, --noise");
    }
}
