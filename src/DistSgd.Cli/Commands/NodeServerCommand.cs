using System.CommandLine;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Node;
using DistSgd.Hosting.Runs;
using DistSgd.Hosting.Supervision;

namespace DistSgd.Cli.Commands;

/// <summary><c>node server</c>: leads a run whose workers are other processes.</summary>
internal static class NodeServerCommand
{
    private const string StandardAddress = "127.0.0.1:7117";

    public static Command Create()
    {
        Argument<string?> config = CommonOptions.ConfigOrResume();
        Option<string?> runDirectory = CommonOptions.NewRunDirectory();
        Option<string?> resume = CommonOptions.Resume();
        Option<string[]> set = CommonOptions.Set();
        var listen = new Option<string>("--listen")
        {
            Description = "Where workers dial: HOST:PORT, or unix:PATH for one machine. Other machines reach it only if HOST is an address of "
                + "theirs to dial; nodes prove that they know the token, but what travels is neither encrypted nor signed.",
            DefaultValueFactory = _ => StandardAddress,
            HelpName = "ADDRESS",
        };
        var token = new Option<string?>("--token-file")
        {
            Description = "File with the secret that all nodes of the run share. Default: RUN/cluster.token, made at the start.",
            HelpName = "FILE",
        };
        Option<string?> health = NodeCommand.Health();
        Option<bool> supervised = NodeCommand.Supervised();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("server", "Lead a run: wait for cluster.workers workers, train with whoever is there. Give either CONFIG or --resume RUN.")
        {
            config,
            runDirectory,
            resume,
            set,
            listen,
            token,
            health,
            supervised,
            json,
        };
        command.SetAction(parsed =>
        {
            NodeAddress address = NodeAddress.Parse(parsed.GetRequiredValue(listen), "--listen");
            byte[]? secret = parsed.GetValue(token) is { } file ? NodeToken.Read(file) : null;
            bool isSupervised = parsed.GetValue(supervised);
            ParentLink? parent = isSupervised ? new ParentLink() : null;
            NodeCluster? cluster = null;

            // An address that is taken is found out before anything is made; workers that dial already are answered once the run is there.
            using NodeListener listener = NodeListener.Open(address);
            using HealthEndpoint? endpoint = parsed.GetValue(health) is { } at
                ? HealthEndpoint.Open(at, "--healthz", () => new HealthReport(
                    "server", "server", cluster?.RunId ?? "", cluster?.Connected > 0, cluster?.Step, cluster?.Connected ?? 0))
                : null;
            var launcher = new RunLauncher
            {
                Command = "node server",
                IsQuiet = isSupervised,
                TellsMembers = true,
                Json = parsed.GetValue(json),
                Prepared = run => parent?.EndWith(run.Interrupt),
                Wire = (directory, view) =>
                {
                    secret ??= NodeToken.ReadOrCreate(directory.TokenPath);
                    Announce(listener.Address, parsed.GetValue(token) ?? directory.TokenPath, isSupervised, view);
                    return setup => cluster = new NodeCluster(setup, listener, secret);
                },
            };
            return launcher.Launch(
                parsed.GetValue(config), parsed.GetValue(resume), parsed.GetValue(runDirectory), parsed.GetValue(set) ?? []);
        });
        return command;
    }

    private static void Announce(NodeAddress address, string tokenFile, bool isSupervised, ITrainingView view)
    {
        if (isSupervised)
        {
            Console.Out.WriteLine($"{ClusterSupervisor.ListeningMark}{address}");
            Console.Out.Flush();
        }
        else
        {
            view.Notice($"listening at {address}; a worker joins with:\n"
                + $"  distsgd node worker --connect {Display.Argument(address.ToString())} --token-file {Display.Argument(Display.Path(tokenFile))}");
        }
    }
}
