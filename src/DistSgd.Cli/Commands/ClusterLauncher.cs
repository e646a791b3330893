using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Engines;
using DistSgd.Hosting.Node;
using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;
using DistSgd.Learning;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary>Runs a cluster from this process, shows it, and prints its summary.</summary>
/// <param name="request">What was asked for.</param>
internal sealed class ClusterLauncher(ClusterRequest request)
{
    /// <summary>What is left to do when everything was ended at once takes no longer.</summary>
    private static readonly TimeSpan LastWork = TimeSpan.FromSeconds(5);

    /// <summary>Runs the cluster to its end.</summary>
    /// <returns>The exit code.</returns>
    public int Launch()
    {
        (RunConfig config, ClusterDirectory directory) = request.Prepare();
        using (directory)
        {
            try
            {
                directory.PrepareToken();
                using ClusterSocket? socket = request.Listen is null ? new ClusterSocket(directory.Run) : null;
                bool isNode = request.Engine == NodeEngine.EngineName;
                return Execute(config, new ClusterPlan
                {
                    Run = directory.Run,
                    Engine = request.Engine,
                    Launcher = new NodeCommandLines
                    {
                        Run = directory.Run,
                        ConfigPath = request.ConfigPath,
                        Overrides = request.Overrides,
                        Workers = config.Cluster.Workers,
                        Health = request.Health,
                        Engine = request.Engine,
                        Data = isNode ? null : socket?.Address,
                    },
                    Address = request.Address() ?? (isNode ? socket!.Address : FreePort()),
                    Workers = config.Cluster.Workers,
                    Respawns = request.Respawns,
                });
            }
            finally
            {
                directory.RemoveUnlessRun();
            }
        }
    }

    /// <summary>Says how to go on with a run.</summary>
    /// <param name="run">The run.</param>
    public static void TellHowToGoOn(RunDirectory run) =>
        CommonOptions.Notice($"continue with: distsgd cluster up --resume {Display.Argument(Display.Path(run.FullPath))}");

    private int Execute(RunConfig config, ClusterPlan plan)
    {
        using var view = new LogView(plan.Run, config, TimeProvider.System);
        using var supervisor = new ClusterSupervisor(plan, TimeProvider.System, view.Notice);
        ClusterEnd end;
        using (Signals.Forward(supervisor.Interrupt, EndAtOnce, view.Notice))
        {
            try
            {
                end = supervisor.Run();
            }
            finally
            {
                view.Close();
            }
        }

        return Report(end, plan.Run, view.FirstStep);

        void EndAtOnce(int exitCode)
        {
            supervisor.Kill(exitCode);
            _ = Task.Delay(LastWork).ContinueWith(_ => Environment.Exit(exitCode), TaskScheduler.Default);
        }
    }

    /// <summary>
    /// A port that is free just now. A server that is told to take any port could tell which one only once it runs; so all nodes start at once,
    /// and five of them are a cluster a second earlier.
    /// </summary>
    private static NodeAddress FreePort()
    {
        using var listener = NodeListener.Open(NodeAddress.Tcp("127.0.0.1", 0));
        return listener.Address;
    }

    private int Report(ClusterEnd end, RunDirectory run, long firstStep)
    {
        if (end.Message is not null)
        {
            Failures.Tell(end.Message, end.ExitCode);
        }
        else if (RunSummary.Find(run.SummaryPath, problem => CommonOptions.Notice($"warning: {problem}")) is { } summary)
        {
            Console.Out.WriteLine(request.Json ? summary.ToJson() : SummaryText.Of(summary, run, firstStep));
        }

        // One that has no checkpoint yet begins again in its folder.
        if (end.CanGoOn && File.Exists(run.ConfigPath))
        {
            TellHowToGoOn(run);
        }

        return end.ExitCode;
    }
}
