using System.Runtime.Versioning;
using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;
using DistSgd.Hosting.Tests.Runs;
using DistSgd.Learning;

namespace DistSgd.Hosting.Tests.Supervision;

public sealed class ClusterDirectoryTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2025, 3, 10, 1, 5, 7, TimeSpan.Zero);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void The_server_can_make_the_folder_of_a_supervisor_its_run()
    {
        using var cluster = ClusterDirectory.CreateAt(_directory["run"]);
        cluster.PrepareToken();
        _directory.WriteText("run/cluster.json", "{}");
        _directory.WriteText("run/cluster.log", "");
        _directory.WriteText("run/worker-0.clef", "");

        using var server = RunDirectory.CreateAt(_directory["run"]);
        RunLock.IsHeld(server.LockPath).ShouldBeTrue();
        ClusterDirectory.IsSupervised(server).ShouldBeTrue();
    }

    [Fact]
    public void A_folder_with_a_name_of_its_own_is_nobody_elses()
    {
        using var cluster = ClusterDirectory.Create(_directory.Path, "a", Now);
        using var run = RunDirectory.Create(_directory.Path, "a", Now);
        using var other = ClusterDirectory.Create(_directory.Path, "a", Now);
        new[] { cluster.Run.Name, run.Name, other.Run.Name }
            .ShouldBe(["a-20250310T010507Z", "a-20250310T010507Z-2", "a-20250310T010507Z-3"]);
    }

    [Fact]
    public void Two_supervisors_do_not_share_a_run()
    {
        _directory.WriteText("run/config.yaml", "name: a");
        using (ClusterDirectory.OpenForResume(_directory["run"]))
        {
            string message = Should.Throw<InputException>(() => ClusterDirectory.OpenForResume(_directory["run"])).Message;
            message.ShouldBe(
                $"{_directory["run"]} belongs to a cluster that is running, supervised by process {Environment.ProcessId}; "
                + $"end it with: distsgd cluster down {_directory["run"]}");
        }

        using (ClusterDirectory.CreateAt(_directory["new"]))
        {
            Should.Throw<InputException>(() => ClusterDirectory.CreateAt(_directory["new"])).Message.ShouldContain("belongs to a cluster");
        }

        ClusterDirectory.CreateAt(_directory["new"]).Dispose();
    }

    [Fact]
    public void A_run_that_another_process_writes_is_not_supervised()
    {
        _directory.WriteText("run/config.yaml", "name: a");
        using var train = RunDirectory.OpenForResume(_directory["run"]);
        Should.Throw<InputException>(() => ClusterDirectory.OpenForResume(_directory["run"])).Message
            .ShouldContain($"is being written by process {Environment.ProcessId}");
    }

    [SkippableFact]
    [UnsupportedOSPlatform("windows")]
    public void The_token_is_for_its_owner_alone_and_stays_the_same_when_the_cluster_goes_on()
    {
        Skip.If(OperatingSystem.IsWindows(), "files have no mode there");
        using var cluster = ClusterDirectory.CreateAt(_directory["run"]);
        cluster.PrepareToken();
        string path = cluster.Run.TokenPath;
        string token = File.ReadAllText(path);
        token.ShouldMatch("^[0-9a-f]{64}\n$");
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);

        cluster.PrepareToken();
        File.ReadAllText(path).ShouldBe(token);

        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        cluster.PrepareToken();
        File.ReadAllText(path).ShouldNotBe(token, "others could read it");
        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Where_no_run_came_of_it_nothing_stays()
    {
        using (var cluster = ClusterDirectory.CreateAt(_directory["run"]))
        {
            cluster.PrepareToken();
            _directory.WriteText("run/cluster.json", "{}");
            cluster.RemoveUnlessRun();
        }

        _directory.Files().ShouldBeEmpty();
    }

    [Fact]
    public void What_is_the_users_or_a_run_is_not_removed()
    {
        Directory.CreateDirectory(_directory["empty"]);
        using (var cluster = ClusterDirectory.CreateAt(_directory["empty"]))
        {
            cluster.PrepareToken();
            cluster.RemoveUnlessRun();
        }

        using (var cluster = ClusterDirectory.CreateAt(_directory["run"]))
        {
            cluster.PrepareToken();
            _directory.WriteText("run/config.yaml", "name: a");
            cluster.RemoveUnlessRun();
        }

        _directory.Files().ShouldBe(["empty", "run"]);
        _directory.Files("empty").ShouldNotContain("cluster.token");
        _directory.Files("run").ShouldContain("cluster.token");
    }

    [Fact]
    public void The_socket_lies_in_the_run_unless_its_path_is_too_long()
    {
        string stale = _directory.WriteText("run/server.sock", "");
        using (var near = new ClusterSocket(RunDirectory.OpenUnchecked(_directory["run"])))
        {
            near.Address.ToString().ShouldBe($"unix:{stale}");
            File.Exists(stale).ShouldBeFalse("the socket of a dead server is in the way");
        }

        string path;
        using (var far = new ClusterSocket(RunDirectory.OpenUnchecked(_directory[new string('ä', 50)])))
        {
            path = far.Address.SocketPath!;
            path.Length.ShouldBeLessThan(100);
            string folder = Path.GetDirectoryName(path)!;
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(folder).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }

            File.WriteAllText(path, "");
        }

        Directory.Exists(Path.GetDirectoryName(path)).ShouldBeFalse();
    }
}
