using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using DistSgd.Hosting.Engines;
using DistSgd.Hosting.Supervision;
using DistSgd.Learning;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>A server and its workers as processes of their own, joined by a Unix socket: what <c>distsgd cluster up</c> starts.</summary>
internal sealed class ClusterProcesses : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string _folder = Directory.CreateTempSubdirectory("distsgd-cluster-").FullName;
    private readonly List<Process> _workers = [];
    private readonly ConcurrentQueue<string> _said = new();
    private readonly Process _server;

    /// <summary>Starts the server of a run and its workers.</summary>
    /// <param name="workload">What is trained.</param>
    /// <param name="engine">What carries the cluster.</param>
    public ClusterProcesses(Workload workload, string engine)
    {
        string socket = $"unix:{Path.Combine(_folder, "socket")}";
        string[] place = engine == NodeEngine.EngineName ? ["--listen", socket] : ["--listen", "127.0.0.1:0", "--data", socket];
        string token = Path.Combine(_folder, "token");
        File.WriteAllText(token, Guid.NewGuid().ToString("N"));
        _server = Start([
            "node", "server", Workload.ConfigPath, .. workload.Settings.SelectMany(setting => (string[])["--set", setting]),
            "--run-dir", RunPath, "--engine", engine, .. place, "--token-file", token, "--supervised",
        ]);
        const string listening = ClusterSupervisor.ListeningMark;
        string line = _server.StandardOutput.ReadLine() ?? "";
        if (!line.StartsWith(listening, StringComparison.Ordinal))
        {
            Dispose();
            throw new InputException($"The server of the cluster said '{line}'; expected '{listening}ADDRESS'. {Said}");
        }

        for (int w = 0; w < workload.Config.Cluster.Workers; w++)
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"worker-{w}");
            _workers.Add(Start([
                "node", "worker", "--engine", engine, "--connect", line[listening.Length..], "--token-file", token, "--name", name, "--supervised",
                .. workload.Config.Cluster.Workers >= Environment.ProcessorCount ? (string[])["--core", $"{w}"] : [], // as cluster up does
            ]));
        }
    }

    /// <summary>The log of the run.</summary>
    public string LogPath => Path.Combine(RunPath, "run.clef");

    private string RunPath => Path.Combine(_folder, "run");

    /// <summary>What the processes wrote on standard error, to explain a failure.</summary>
    public string Said => string.Join(Environment.NewLine, _said);

    /// <summary>The processes, the server's first.</summary>
    public IEnumerable<Process> All => [_server, .. _workers];

    /// <summary>Has the run end after the current step, and waits until the server's process has ended.</summary>
    public void Interrupt()
    {
        _server.StandardInput.WriteLine(ClusterSupervisor.InterruptMark + "SIGTERM");
        _server.StandardInput.Flush();
        if (!_server.WaitForExit(Patience))
        {
            throw new InputException("The server of the cluster did not end when it was interrupted.");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Process process in All)
        {
            process.StandardInput.Close(); // its parent is gone: so it ends by itself
        }

        foreach (Process process in All)
        {
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                process.WaitForExit();
            }

            process.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private Process Start(IEnumerable<string> arguments)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "distsgd");
        var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        }) ?? throw new InputException($"{program}: cannot be started.");
        process.ErrorDataReceived += (_, line) => _said.Enqueue(line.Data ?? "");
        process.BeginErrorReadLine();
        return process;
    }
}
