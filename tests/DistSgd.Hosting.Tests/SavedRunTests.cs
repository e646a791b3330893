using DistSgd.Hosting.InProcess;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Curvature;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Hosting.Tests;

public sealed class SavedRunTests : RunTest
{
    [Fact]
    public void A_saved_run_is_opened_at_its_newest_checkpoint_with_its_path_also_while_it_trains()
    {
        (RunSummary summary, _) = Train(Config, "run");
        using RunDirectory writing = RunDirectory.OpenForResume(Path.Combine(Root, "run"));
        SavedRun run = Open("run");
        run.Checkpoint.State.Step.ShouldBe(summary.Steps);
        ParametersHash.Compute(run.Checkpoint.Layout, run.Checkpoint.Parameters.Span).ShouldBe(summary.ParametersSha256);
        run.Path.Select(visited => visited.Step).ShouldBe(CheckpointStore.Steps(run.Directory.CheckpointsPath));
        run.Path.Count.ShouldBeGreaterThan(2);
        Open("run", step: 0).Checkpoint.State.Step.ShouldBe(0);
        run.Config.ShouldBe(Config);
    }

    [Fact]
    public void A_saved_run_without_the_wanted_checkpoint_says_which_there_are()
    {
        Train(Config, "run");
        Should.Throw<InputException>(() => Open("run", step: 7)).Message.ShouldContain("no checkpoint of step 7; there are those of steps 0, ");
        string damaged = Path.Combine(Root, "run", "checkpoints", CheckpointStore.FileName(0));
        File.WriteAllText(damaged, "damaged");
        Should.Throw<InputException>(() => Open("run", step: 0)).Message.ShouldContain(damaged);
        var notices = new List<string>();
        SavedRun.Open(RunDirectory.Open(Path.Combine(Root, "run")), null, notices.Add).Path[0].Step.ShouldBeGreaterThan(0);
        notices.ShouldHaveSingleItem().ShouldEndWith("It is left out of the path.");

        Directory.Delete(Path.Combine(Root, "run", "checkpoints"), recursive: true);
        Should.Throw<InputException>(() => Open("run")).Message.ShouldContain("has no checkpoint yet");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Workers_on_threads_examine_a_saved_run_with_the_bits_of_one(int workers)
    {
        Train(Config, "run");
        SavedRun run = Open("run");
        double[] Examine(Action<IEnumerable<CurvatureRequest>> answer)
        {
            var eigenvalues = new ExtremeEigenvalues(run.Checkpoint.Layout, run.Checkpoint.Parameters, new ExtremeSettings(2, 2));
            answer(eigenvalues.Requests());
            return [.. eigenvalues.Largest.Concat(eigenvalues.Smallest).Select(pair => pair.Value)];
        }

        double[] expected = Examine(new LocalCurvature(run.Task.Architecture, run.Task.Data, examples: 301).Run);
        Examine(requests => CurvatureCluster.Run(run.Task, workers, examples: 301, requests)).ShouldBe(expected);
    }

    private SavedRun Open(string name, long? step = null) =>
        SavedRun.Open(RunDirectory.Open(Path.Combine(Root, name)), step, static _ => { });
}
