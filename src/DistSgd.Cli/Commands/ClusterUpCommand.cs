using System.CommandLine;

namespace DistSgd.Cli.Commands;

/// <summary><c>cluster up CONFIG</c> and <c>cluster up --resume RUN</c>: starts the processes of a cluster and looks after them.</summary>
internal static class ClusterUpCommand
{
    public static Command Create()
    {
        Argument<string?> config = CommonOptions.ConfigOrResume();
        Option<int?> workers = NumberOptions.Whole("--workers", "Number of worker processes. Default: cluster.workers of the config.", 1, 1024);
        Option<string?> runDirectory = CommonOptions.NewRunDirectory();
        Option<string?> resume = CommonOptions.Resume();
        Option<string[]> set = CommonOptions.Set();
        var detach = new Option<bool>("--detach") { Description = "Return once all workers have joined; the cluster goes on in the background." };
        var listen = new Option<string?>("--listen")
        {
            Description = "Where workers dial, also those of other machines: HOST:PORT or unix:PATH. Default: a socket in the run's directory.",
            HelpName = "ADDRESS",
        };
        var noRespawn = new Option<bool>("--no-respawn") { Description = "Do not start again what crashes." };
        Option<string?> health = NodeCommand.Health();
        Option<string> engine = Engines.Option();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("up", "Start a server and its workers as processes, train, and start again what crashes. Give either CONFIG or --resume RUN.")
        {
            config,
            workers,
            runDirectory,
            resume,
            set,
            detach,
            listen,
            noRespawn,
            health,
            engine,
            json,
        };
        command.SetAction(parsed =>
        {
            RunLauncher.CheckChoice("cluster up", parsed.GetValue(config), parsed.GetValue(resume), parsed.GetValue(runDirectory));
            var request = new ClusterRequest
            {
                ConfigPath = parsed.GetValue(config),
                Resumed = parsed.GetValue(resume),
                RunDirectory = parsed.GetValue(runDirectory),
                Overrides = parsed.GetValue(set) ?? [],
                Workers = parsed.GetValue(workers),
                Engine = Engines.Find(parsed.GetRequiredValue(engine)).Name,
                Listen = parsed.GetValue(listen),
                Health = parsed.GetValue(health),
                Respawns = !parsed.GetValue(noRespawn),
                Json = parsed.GetValue(json),
            };
            return parsed.GetValue(detach) ? new DetachedCluster(request).Launch() : new ClusterLauncher(request).Launch();
        });
        return command;
    }
}
