using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Monitoring.Events;
using DistSgd.Monitoring.Log;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Hosting.Tests;

public sealed class TrainingRunTests : RunTest
{
    [Fact]
    public void An_interrupt_before_the_run_is_executed_ends_it_after_its_first_event()
    {
        var events = new List<TrainingEvent>();
        using TrainingRun run = TrainingRun.Create(
            Config, Task(Config), RunDirectory.CreateAt(Path.Combine(Root, "early")), TimeProvider.System, events.Add);
        run.Interrupt(TrainingRun.SignalTerminate);
        RunSummary summary = run.Execute();
        summary.Outcome.ShouldBe(RunOutcomes.Interrupted);
        summary.Steps.ShouldBe(0);
        events[0].ShouldBeOfType<RunStarted>();
        events.OfType<CheckpointWritten>().Count().ShouldBe(1);
    }

    [Fact]
    public void A_run_leaves_config_log_checkpoints_model_and_summary_that_agree()
    {
        TrainingTask task = Task(Config);
        (RunSummary summary, List<TrainingEvent> live) = Train(Config, "run");
        string run = Path.Combine(Root, "run");

        string expected = ParametersHash.Compute(task.Architecture.CreateLayout(), ReferenceTrainer.Train(task).Span);
        summary.ParametersSha256.ShouldBe(expected);
        RunSummary.Read(Path.Combine(run, "summary.json")).ToJson().ShouldBe(summary.ToJson());
        ConfigReader.Load(Path.Combine(run, "config.yaml")).Config.ShouldBe(Config);

        SavedModel model = ModelFile.Read(Path.Combine(run, "model.safetensors"));
        ParametersHash.Compute(model.Layout, model.Parameters.Span).ShouldBe(expected);
        ModelDescription.Parse(model.ModelJson, "model").ToArchitecture().Widths.ShouldBe(task.Architecture.Widths);

        // The log is the truth: what it gives back is what the view was shown, and its end has the numbers of the summary.
        RunLog log = RunLog.Read(Path.Combine(run, "run.clef"));
        log.Problems.ShouldBeEmpty();
        log.Events.Select(EventJson.Write).ShouldBe(live.Select(EventJson.Write));
        RunFinished finished = log.Events.OfType<RunFinished>().Single();
        (finished.TestAccuracy, finished.TestLoss, finished.Seconds, finished.ParametersSha256)
            .ShouldBe((summary.TestAccuracy, summary.TestLoss, summary.Seconds, summary.ParametersSha256));
    }

    [Fact]
    public void An_interrupted_run_resumes_to_the_bits_and_the_log_of_the_whole_one()
    {
        (RunSummary whole, _) = Train(Config, "whole");
        (RunSummary interrupted, _) = Train(Config, "cut", interruptAt: 40);
        interrupted.ExitCode.ShouldBe(ExitCodes.Interrupted);
        interrupted.Steps.ShouldBeInRange(40, 99);

        RunSummary resumed = Resume("cut", static _ => { });
        resumed.ParametersSha256.ShouldBe(whole.ParametersSha256);
        resumed.Started.ShouldBe(interrupted.Started);

        RunLog log = RunLog.Read(Path.Combine(Root, "cut", "run.clef"));
        log.Events.OfType<StepWindow>().SelectMany(w => Enumerable.Range((int)w.FirstStep, w.Count)).ShouldBe(Enumerable.Range(1, 100));
        log.Events.OfType<RunResumed>().Single().Term.ShouldBe(2);
        Evaluations(log).ShouldBe(Evaluations(RunLog.Read(Path.Combine(Root, "whole", "run.clef"))));
    }

    [Fact]
    public void Epochs_of_a_growing_batch_have_fewer_and_fewer_steps_and_a_resume_goes_on_among_them()
    {
        RunConfig growing = Config with { Training = Config.Training with { BatchGrowth = new BatchGrowthConfig { Max = 150 } } };
        (RunSummary whole, List<TrainingEvent> events) = Train(growing, "whole");

        // 500 examples in batches of 20, 40, 80 and 150: 25, 13, 7 and 4 steps.
        (whole.Steps, whole.Epochs).ShouldBe((49, 4));
        whole.ParametersSha256.ShouldBe(ParametersHash.Compute(Task(growing).Architecture.CreateLayout(), ReferenceTrainer.Train(Task(growing)).Span));
        RunStarted started = events.OfType<RunStarted>().Single();
        (started.StepsTotal, started.StepsPerEpoch, started.BatchSize, started.EpochsTotal).ShouldBe((49, 25, 20, 4));
        events.OfType<Evaluation>().Where(e => e.Split == "validation").Select(e => (e.Step, e.Epoch)).ShouldBe([(25, 1), (38, 2), (45, 3), (49, 4)]);
        events.OfType<StepWindow>().Sum(e => e.Examples).ShouldBe(4 * 500);
        events.OfType<RunFinished>().Single().Epoch.ShouldBe(4);

        (RunSummary interrupted, _) = Train(growing, "cut", interruptAt: 30);
        interrupted.Steps.ShouldBeInRange(30, 48);
        RunDirectory directory = RunDirectory.OpenForResume(Path.Combine(Root, "cut"));
        using TrainingRun resumed = TrainingRun.Resume(growing, Task(growing), directory, TimeProvider.System, static _ => { }, static _ => { });
        RunSummary summary = resumed.Execute();
        (summary.ParametersSha256, summary.Epochs).ShouldBe((whole.ParametersSha256, 4));
    }

    [Fact]
    public void The_term_grows_with_every_start_also_when_a_damaged_checkpoint_takes_the_run_further_back()
    {
        Train(Config, "run", interruptAt: 40);
        long secondLife = Resume("run", run => run.Interrupt(TrainingRun.SignalInterrupt)).Steps;
        File.WriteAllText(Path.Combine(Root, "run", "checkpoints", CheckpointStore.FileName(secondLife)), "damaged");
        Resume("run", static _ => { });
        RunResumed third = RunLog.Read(Path.Combine(Root, "run", "run.clef")).Events.OfType<RunResumed>().Last();
        third.Step.ShouldBeLessThan(secondLife);
        third.Term.ShouldBe(3);
    }

    [Fact]
    public void A_resumed_run_that_crashes_is_not_listed_with_the_results_of_its_earlier_life()
    {
        (RunSummary first, _) = Train(Config, "run", interruptAt: 20);
        RunDirectory directory = RunDirectory.OpenForResume(Path.Combine(Root, "run"));
        using (TrainingRun run = TrainingRun.Resume(Config, Task(Config), directory, TimeProvider.System, CrashAtTheNextCheckpoint, static _ => { }))
        {
            Should.Throw<InvalidOperationException>(() => run.Execute());
        }

        RunListEntry listed = RunList.Find(Root).ShouldHaveSingleItem();
        listed.State.ShouldBe(RunState.Crashed);
        listed.Steps.ShouldNotBeNull().ShouldBeGreaterThan(first.Steps);

        void CrashAtTheNextCheckpoint(TrainingEvent e)
        {
            if (e is CheckpointWritten)
            {
                throw new InvalidOperationException("crash");
            }
        }
    }

    [Fact]
    public void Without_its_log_a_run_is_not_resumed()
    {
        Train(Config, "run", interruptAt: 20);
        File.Delete(Path.Combine(Root, "run", "run.clef"));
        Refusal(Config, Task(Config)).ShouldStartWith(Path.Combine(Root, "run", "run.clef") + ": no such file;");
    }

    [Fact]
    public void Beside_something_else_than_its_log_a_run_is_not_resumed()
    {
        Train(Config, "run", interruptAt: 20);
        string log = Path.Combine(Root, "run", "run.clef");
        File.WriteAllBytes(log, [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * 97))]);
        Refusal(Config, Task(Config)).ShouldStartWith($"{log}: is not the log of a run: no line of it tells of a start.");
    }

    [Fact]
    public void Damaged_lines_of_the_log_are_told_and_passed_over()
    {
        Train(Config, "run", interruptAt: 20);
        string log = Path.Combine(Root, "run", "run.clef");
        string[] lines = File.ReadAllLines(log);
        File.WriteAllLines(log, [lines[0], "}{", .. lines[1..]]);
        var told = new List<string>();
        Resume("run", static _ => { }, told.Add).Outcome.ShouldBe(RunOutcomes.Completed);
        told.ShouldBe([$"warning: {log}:2: the line is damaged and passed over."]);
    }

    [Fact]
    public void A_run_whose_directory_is_taken_away_fails_at_its_next_checkpoint()
    {
        string path = Path.Combine(Root, "lost");
        RunDirectory directory = RunDirectory.CreateAt(path);
        bool lost = false;
        using TrainingRun run = TrainingRun.Create(Config, Task(Config), directory, TimeProvider.System, e =>
        {
            if (e is CheckpointWritten && !lost)
            {
                lost = true;
                Directory.Delete(path, recursive: true);
            }
        });
        string message = Should.Throw<RunFailedException>(() => run.Execute()).Message;
        message.ShouldContain($"{directory.LogPath}: the log was deleted or moved while the run was writing it. It has no checkpoint yet;");
        Directory.Exists(path).ShouldBeFalse("what is written after the loss would look like a run");
    }

    [Fact]
    public void The_model_of_a_run_that_has_not_ended_is_not_there_yet()
    {
        using (RunDirectory running = RunDirectory.CreateAt(Path.Combine(Root, "run")))
        {
            Should.Throw<InputException>(() => ModelFile.ReadOf(running)).Message
                .ShouldBe($"{running.FullPath}: has no model yet: a process is still training it; wait until it ends.");
        }

        using RunDirectory killed = RunDirectory.CreateAt(Path.Combine(Root, "run"));
        killed.Dispose();
        Should.Throw<InputException>(() => ModelFile.ReadOf(killed)).Message
            .ShouldBe($"{killed.FullPath}: has no model yet: the run has not ended; continue it with: distsgd train --resume {killed.FullPath}");
    }

    [Fact]
    public void A_checkpoint_of_another_config_or_of_other_data_is_refused()
    {
        Train(Config, "run", interruptAt: 20);
        RunConfig changed = Config with { Optimizer = Config.Optimizer with { LearningRate = 0.05 } };
        string refusal = Refusal(changed, Task(changed));
        refusal.ShouldStartWith(Path.Combine(Root, "run", "config.yaml") + ": its numeric keys are not those that the checkpoint");
        refusal.ShouldContain(": changed since the start is optimizer.learning_rate; a resumed run keeps them all.");

        RunConfig otherData = Config with { Data = Config.Data with { Examples = 599 } };
        Refusal(Config, Task(otherData)).ShouldStartWith("blobs: the data set has changed since the checkpoint of step");
    }

    [Fact]
    public void A_disk_that_fills_up_ends_the_run_with_an_error_and_leaves_its_checkpoints()
    {
        // A file stands where the folder of the checkpoints should be: nothing can be written there, not even by root.
        RunDirectory directory = RunDirectory.CreateAt(Path.Combine(Root, "full"));
        File.WriteAllText(directory.CheckpointsPath, "");
        using TrainingRun run = TrainingRun.Create(Config, Task(Config), directory, TimeProvider.System, static _ => { });
        RunFailedException error = Should.Throw<RunFailedException>(() => run.Execute());
        error.Message.ShouldContain(directory.CheckpointsPath);
        error.Message.ShouldContain("failed after step");
        error.Message.ShouldEndWith(". It has no checkpoint yet; start it anew in another directory.");
    }

    [SkippableFact]
    public void Beside_a_log_that_cannot_be_written_no_checkpoint_is_left_that_a_resume_would_go_on_from()
    {
        Skip.IfNot(File.Exists("/dev/full"), "needs the device that is always full");
        RunDirectory directory = RunDirectory.CreateAt(Path.Combine(Root, "full"));
        File.CreateSymbolicLink(directory.LogPath, "/dev/full");
        using TrainingRun run = TrainingRun.Create(Config, Task(Config), directory, TimeProvider.System, static _ => { });
        Should.Throw<RunFailedException>(() => run.Execute()).Message.ShouldContain("No space left on device");
        CheckpointStore.Steps(directory.CheckpointsPath).ShouldBeEmpty();
    }

    private static List<string> Evaluations(RunLog log) =>
        [.. log.Events.OfType<Evaluation>().Select(e => EventJson.Write(e with { Time = default }))];

    private string Refusal(RunConfig config, TrainingTask task)
    {
        using RunDirectory directory = RunDirectory.OpenForResume(Path.Combine(Root, "run"));
        return Should.Throw<InputException>(
            () => TrainingRun.Resume(config, task, directory, TimeProvider.System, static _ => { }, static _ => { })).Message;
    }

    private RunSummary Resume(string name, Action<TrainingRun> beforeItBegins, Action<string>? warn = null)
    {
        RunDirectory directory = RunDirectory.OpenForResume(Path.Combine(Root, name));
        using TrainingRun run = TrainingRun.Resume(Config, Task(Config), directory, TimeProvider.System, static _ => { }, warn ?? (static _ => { }));
        beforeItBegins(run);
        return run.Execute();
    }
}
