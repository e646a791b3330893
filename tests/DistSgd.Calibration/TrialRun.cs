using System.Diagnostics;
using System.Text.Json.Nodes;

namespace DistSgd.Calibration;

/// <summary>Runs the product on a run of the corpus, with its fault planted.</summary>
/// <param name="configs">Folder of the shipped configs.</param>
internal sealed class TrialRun(string configs)
{
    private const string FaultVariable = "DISTSGD_TEST_FAULT";

    /// <summary>Trains it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="folder">Where its folder goes.</param>
    /// <param name="settings">More settings.</param>
    /// <returns>Its summary.</returns>
    /// <exception cref="InvalidOperationException">The run did not come about.</exception>
    public JsonObject Train(CorpusRun run, string folder, params string[] settings)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "distsgd")) { RedirectStandardError = true, RedirectStandardOutput = true };
        string[] command = run.Processes > 0 ? ["cluster", "up"] : ["train"];
        string[] workers = run.Processes > 0 ? ["--workers", $"{run.Processes}"] : [];
        foreach (string argument in (string[])[
            .. command, Path.Combine(configs, run.Config), "--run-dir", folder, .. workers, .. run.Settings.Concat(settings).SelectMany(setting => (string[])["--set", setting])])
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment[FaultVariable] = run.Fault ?? "";
        using Process process = Process.Start(start)!;
        process.OutputDataReceived += static (_, _) => { };
        process.BeginOutputReadLine();
        using var done = new CancellationTokenSource();
        Task freezing = run.Freeze is { } freeze ? Task.Run(() => Freeze(folder, freeze, done.Token)) : Task.CompletedTask;
        string said = process.StandardError.ReadToEnd();
        process.WaitForExit();
        done.Cancel();
        freezing.Wait();
        return process.ExitCode is 0 or 3
            ? JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "summary.json")))!.AsObject()
            : throw new InvalidOperationException($"{run.Name}: exit code {process.ExitCode}: {said}");
    }

    /// <summary>Stops and continues the first worker, once the run has steps.</summary>
    private static void Freeze(string folder, (int Stopped, int Running) freeze, CancellationToken done)
    {
        string log = Path.Combine(folder, "run.clef");
        while (!File.Exists(log) || !File.ReadAllText(log).Contains("\"Event\":\"step\"", StringComparison.Ordinal))
        {
            if (done.WaitHandle.WaitOne(20))
            {
                return;
            }
        }

        JsonObject cluster = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "cluster.json")))!.AsObject();
        int pid = cluster["nodes"]!.AsArray().First(node => (string?)node!["name"] == "worker-0")!["pid"]!.GetValue<int>();
        while (!done.WaitHandle.WaitOne(freeze.Running))
        {
            Signal("STOP", pid);
            done.WaitHandle.WaitOne(freeze.Stopped);
            Signal("CONT", pid);
        }
    }

    private static void Signal(string name, int pid)
    {
        using Process kill = Process.Start(new ProcessStartInfo("kill", [$"-{name}", $"{pid}"]) { RedirectStandardError = true })!;
        kill.WaitForExit();
    }
}
