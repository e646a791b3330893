using System.Diagnostics;
using DistSgd.Hosting.Supervision;

namespace DistSgd.Hosting.Tests.Supervision;

public class LocalProcessTests
{
    [Fact]
    public void A_process_is_known_by_its_id_and_its_start()
    {
        LocalProcess.Look(Environment.ProcessId, LocalProcess.OwnStart).ShouldBe(ProcessActivity.Alive);
        LocalProcess.Look(Environment.ProcessId, LocalProcess.OwnStart - TimeSpan.FromMinutes(1))
            .ShouldBe(ProcessActivity.Gone, "the id was used by an earlier process");
        LocalProcess.Look(int.MaxValue, LocalProcess.OwnStart).ShouldBe(ProcessActivity.Gone);
    }

    [SkippableFact]
    public void A_stopped_process_is_told_from_a_running_one_and_can_be_killed()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "needs /proc");
        using Process process = Shell("kill -STOP $$");
        DateTimeOffset started = process.StartTime;
        SpinWait.SpinUntil(() => LocalProcess.Look(process.Id, started) == ProcessActivity.Stopped, TimeSpan.FromSeconds(10)).ShouldBeTrue();
        LocalProcess.Kill(process.Id, started + TimeSpan.FromMinutes(1));
        LocalProcess.Look(process.Id, started).ShouldBe(ProcessActivity.Stopped, "that was another process");
        LocalProcess.Kill(process.Id, started);
        process.WaitForExit(10_000).ShouldBeTrue();
        LocalProcess.Look(process.Id, started).ShouldBe(ProcessActivity.Gone);
    }

    [SkippableFact]
    public void A_process_can_be_asked_to_end()
    {
        Skip.If(OperatingSystem.IsWindows(), "there is no such request");
        using Process process = Shell("trap 'exit 7' TERM; echo ready; while :; do sleep 0.05; done");
        DateTimeOffset started = process.StartTime;
        process.StandardOutput.ReadLine().ShouldBe("ready");
        LocalProcess.TryTerminate(process.Id, started).ShouldBeTrue();
        process.WaitForExit(10_000).ShouldBeTrue();
        process.ExitCode.ShouldBe(7);
        LocalProcess.TryTerminate(process.Id, started).ShouldBeFalse();
    }

    private static Process Shell(string script) =>
        Process.Start(new ProcessStartInfo("/bin/sh", ["-c", script]) { RedirectStandardOutput = true })!;
}
