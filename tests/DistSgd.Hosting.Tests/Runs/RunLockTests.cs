using System.Diagnostics;
using System.Globalization;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;

namespace DistSgd.Hosting.Tests.Runs;

public sealed class RunLockTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_second_writer_is_refused_and_told_who_has_the_lock()
    {
        using RunLock held = RunLock.Acquire(_directory["lock"]);

        Should.Throw<InputException>(() => RunLock.Acquire(_directory["lock"])).Message.ShouldBe(
            $"{_directory.Path} is being written by process {Environment.ProcessId}; "
            + "wait until it ends, or stop it, before continuing this run.");
        RunLock.TryAcquire(_directory["lock"]).ShouldBeNull();
    }

    [Fact]
    public void A_lock_is_held_until_disposed()
    {
        RunLock.IsHeld(_directory["lock"]).ShouldBeFalse();
        using (RunLock.Acquire(_directory["lock"]))
        {
            RunLock.IsHeld(_directory["lock"]).ShouldBeTrue();
        }

        RunLock.IsHeld(_directory["lock"]).ShouldBeFalse();
        using RunLock again = RunLock.Acquire(_directory["lock"]);
        RunLock.IsHeld(_directory["lock"]).ShouldBeTrue();
    }

    [Fact]
    public void A_lock_left_by_a_dead_process_is_no_obstacle()
    {
        _directory.WriteText("lock", "");
        _directory.WriteText("lock.pid", "99999999");

        using RunLock held = RunLock.Acquire(_directory["lock"]);

        File.ReadAllText(_directory["lock.pid"]).ShouldBe(Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_short_look_at_the_lock_does_not_disturb_its_next_owner()
    {
        var looker = new FileStream(_directory["lock"], FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        var thread = new Thread(() =>
        {
            Thread.Sleep(30);
            looker.Dispose();
        });
        thread.Start();

        RunLock.Acquire(_directory["lock"]).Dispose();
        thread.Join();
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_told()
    {
        string file = _directory.WriteText("file", "");

        Should.Throw<InputException>(() => RunLock.Acquire(Path.Combine(file, "lock"))).Message.ShouldStartWith("Cannot lock");
    }

    [SkippableFact]
    public void Another_process_holds_the_lock_until_it_is_killed()
    {
        Skip.IfNot(File.Exists("/usr/bin/flock"));
        _directory.WriteText("lock.pid", "4711");

        // --no-fork makes flock become cat, so that killing the process kills the holder of the lock.
        using var holder = Process.Start(
            new ProcessStartInfo("/usr/bin/flock", ["--no-fork", _directory["lock"], "sh", "-c", "echo locked; exec cat"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            })!;
        holder.StandardOutput.ReadLine().ShouldBe("locked");

        RunLock.IsHeld(_directory["lock"]).ShouldBeTrue();
        Should.Throw<InputException>(() => RunLock.Acquire(_directory["lock"])).Message.ShouldContain("process 4711");

        holder.Kill();
        holder.WaitForExit();
        using RunLock held = RunLock.Acquire(_directory["lock"]);
    }
}
