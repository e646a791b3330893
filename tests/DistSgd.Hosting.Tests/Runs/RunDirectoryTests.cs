using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using FsCheck;
using FsCheck.Fluent;

namespace DistSgd.Hosting.Tests.Runs;

public sealed class RunDirectoryTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2025, 3, 9, 23, 5, 7, 999, TimeSpan.FromHours(-2));

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_run_is_named_after_its_config_and_the_time_in_utc()
    {
        using var run = RunDirectory.Create(_directory["runs"], "mnist-mlp", Now);

        run.Name.ShouldBe("mnist-mlp-20250310T010507Z");
        run.FullPath.ShouldBe(Path.Combine(_directory["runs"], run.Name));
        Directory.Exists(run.FullPath).ShouldBeTrue();
        new[] { run.ConfigPath, run.LogPath, run.CheckpointsPath, run.ModelPath, run.SummaryPath, run.LockPath }
            .ShouldBe(new[] { "config.yaml", "run.clef", "checkpoints", "model.safetensors", "summary.json", "lock" }
                .Select(name => Path.Combine(run.FullPath, name)));
    }

    [Fact]
    public void Runs_of_the_same_second_get_numbers()
    {
        using var first = RunDirectory.Create(_directory.Path, "a", Now);
        using var second = RunDirectory.Create(_directory.Path, "a", Now);
        File.WriteAllText(second.ConfigPath, "");
        second.Dispose();
        using var third = RunDirectory.Create(_directory.Path, "a", Now);

        new[] { first.Name, second.Name, third.Name }
            .ShouldBe(["a-20250310T010507Z", "a-20250310T010507Z-2", "a-20250310T010507Z-3"]);
    }

    [Fact]
    public void Runs_started_at_once_never_share_a_directory()
    {
        RunDirectory[] runs = [.. Enumerable.Range(0, 4).AsParallel().WithDegreeOfParallelism(4)
            .Select(_ => RunDirectory.Create(_directory.Path, "a", Now))];

        runs.Select(run => run.FullPath).Distinct().Count().ShouldBe(4);
        Array.ForEach(runs, run => run.Dispose());
    }

    [Theory]
    [InlineData("mnist-mlp_v1.2", "mnist-mlp_v1.2")]
    [InlineData("../x", "x")]
    [InlineData("/etc/passwd", "etc-passwd")]
    [InlineData("a/../../b", "a-..-..-b")]
    [InlineData("c:\\dir", "c--dir")]
    [InlineData("über größe", "über-größe")]
    [InlineData("new\nline\0", "new-line")]
    [InlineData("--help", "help")]
    [InlineData("..", "run")]
    [InlineData("", "run")]
    public void Names_are_made_harmless(string name, string safe) => RunDirectory.SafeName(name).ShouldBe(safe);

    [Fact]
    public void No_name_escapes_its_base_directory()
    {
        Prop.ForAll(ArbMap.Default.ArbFor<string>(), name =>
        {
            using var run = RunDirectory.Create(_directory["runs"], name ?? "", Now);
            Path.GetDirectoryName(run.FullPath).ShouldBe(_directory["runs"]);
        }).QuickCheckThrowOnFailure();
        _directory.Files().ShouldBe(["runs"]);
    }

    [Fact]
    public void A_directory_of_the_users_choice_may_be_absent_or_empty()
    {
        Directory.CreateDirectory(_directory["empty"]);

        using var absent = RunDirectory.CreateAt(_directory["deep/absent/"]);
        using var empty = RunDirectory.CreateAt(_directory["empty"]);

        absent.Name.ShouldBe("absent");
        RunLock.IsHeld(absent.LockPath).ShouldBeTrue();
        RunLock.IsHeld(empty.LockPath).ShouldBeTrue();
    }

    [Fact]
    public void A_directory_that_holds_something_is_refused_and_left_as_it_is()
    {
        _directory.WriteText("run/config.yaml", "name: a");
        _directory.WriteText("home/letter.txt", "dear");

        Should.Throw<InputException>(() => RunDirectory.CreateAt(_directory["run"])).Message
            .ShouldBe($"{_directory["run"]} holds a run already; use --resume or choose another directory.");
        Should.Throw<InputException>(() => RunDirectory.CreateAt(_directory["home"])).Message
            .ShouldBe($"{_directory["home"]} is not empty; choose another directory for the run.");
        _directory.Files("run").ShouldBe(["config.yaml"]);
        _directory.Files("home").ShouldBe(["letter.txt"]);
    }

    [Fact]
    public void A_directory_in_which_a_run_is_just_starting_is_refused()
    {
        using var starting = RunDirectory.CreateAt(_directory["run"]);

        Should.Throw<InputException>(() => RunDirectory.CreateAt(_directory["run"])).Message.ShouldContain("holds a run already");
    }

    [Fact]
    public void A_run_that_ended_before_it_wrote_anything_leaves_its_directory_free()
    {
        RunDirectory.CreateAt(_directory["run"]).Dispose();

        RunDirectory.CreateAt(_directory["run"]).Dispose();
    }

    [Fact]
    public void A_place_where_no_directory_can_be_made_is_told()
    {
        string file = _directory.WriteText("file", "");

        Should.Throw<InputException>(() => RunDirectory.Create(file, "a", Now)).Message.ShouldStartWith("Cannot make the run directory");
        Should.Throw<InputException>(() => RunDirectory.CreateAt(file)).Message.ShouldStartWith("Cannot make the run directory");
    }

    [Fact]
    public void A_run_is_opened_for_reading_while_another_process_writes_it()
    {
        _directory.WriteText("run/config.yaml", "name: a");
        using var writer = RunDirectory.OpenForResume(_directory["run"]);

        using var reader = RunDirectory.Open(_directory["run"]);

        reader.ConfigPath.ShouldBe(writer.ConfigPath);
        Should.Throw<InputException>(() => RunDirectory.OpenForResume(_directory["run"])).Message
            .ShouldContain($"process {Environment.ProcessId}");
    }

    [Fact]
    public void What_is_no_run_cannot_be_opened()
    {
        Directory.CreateDirectory(_directory["empty"]);

        Should.Throw<InputException>(() => RunDirectory.Open("")).Message.ShouldBe("'' is no name of a directory; expected that of a run.");
        Should.Throw<InputException>(() => RunDirectory.CreateAt("")).Message.ShouldBe("'' is no name of a directory; expected that of a run.");
        Should.Throw<InputException>(() => RunDirectory.Open(_directory.WriteText("a.yaml", ""))).Message
            .ShouldBe($"{_directory["a.yaml"]} is no run: it is a file; expected the directory of a run.");
        Should.Throw<InputException>(() => RunDirectory.Open(_directory["absent"])).Message
            .ShouldBe($"{_directory["absent"]} is no run: the directory does not exist.");
        Should.Throw<InputException>(() => RunDirectory.OpenForResume(_directory["empty"])).Message
            .ShouldBe($"{_directory["empty"]} is no run: it holds no config.yaml.");
        _directory.Files("empty").ShouldBeEmpty();
    }
}
