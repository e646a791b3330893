using System.CommandLine;
using System.Runtime.InteropServices;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Engines;
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
        Option<string> engine = Engines.Option();
        Option<string[]> connect = Engines.Connect(
            "With --engine akka: the servers of the run, this one among them, the same on every node. One leads, the others stand by in the same "
            + "run directory; three or more keep a run alive that loses one. Default: this server alone.");
        var data = new Option<string?>("--data")
        {
            Description = "With --engine akka: where gradients and parameters travel. Default: the port after that of --listen.",
            HelpName = "ADDRESS",
        };
        var goesOn = new Option<bool>("--continue")
        {
            Description = "Go on with the run in --run-dir if it holds one of this CONFIG: so that a service manager may repeat the command.",
        };
        var stay = new Option<bool>("--stay")
        {
            Description = "Stay after the end of the run until SIGTERM: for managers that start anything again that ends.",
        };
        var token = new Option<string?>("--token-file")
        {
            Description = "File with the secret that all nodes of the run share. Default: RUN/cluster.token, made at the start.",
            HelpName = "FILE",
        };
        Option<string?> engineLog = Engines.Log();
        Option<string?> health = NodeCommand.Health();
        Option<bool> supervised = NodeCommand.Supervised();
        Option<bool> json = CommonOptions.Json();
        var command = new Command("server", "Lead a run: wait for cluster.workers workers, train with whoever is there. Give either CONFIG or --resume RUN.")
        {
            config,
            runDirectory,
            resume,
            goesOn,
            stay,
            set,
            listen,
            token,
            engine,
            connect,
            data,
            engineLog,
            health,
            supervised,
            json,
        };
        command.SetAction(parsed =>
        {
            byte[]? secret = parsed.GetValue(token) is { } file ? NodeToken.Read(file) : null;
            bool isSupervised = parsed.GetValue(supervised);
            ParentLink? parent = isSupervised ? new ParentLink() : null;
            NodeCluster? cluster = null;
            var place = new ServerPlace
            {
                Listen = NodeAddress.Parse(parsed.GetRequiredValue(listen), "--listen"),
                Data = parsed.GetValue(data) is { } vectors ? NodeAddress.Parse(vectors, "--data") : null,
                Servers = Engines.Servers(parsed.GetValue(connect)),
                Token = secret,
                LogPath = parsed.GetValue(engineLog),
                Notice = CommonOptions.Notice,
            };
            bool mayContinue = parsed.GetValue(goesOn) || place.Servers.Count > 1;
            if (mayContinue && parsed.GetValue(runDirectory) is { } home && parsed.GetValue(config) is { } configPath
                && File.Exists(Path.Combine(home, "config.yaml")))
            {
                // Who stands by finds out at once, not when it is needed; where the first has only made the folder there is nothing to compare.
                RunLauncher.RequireSameRun(configPath, home, parsed.GetValue(set) ?? []);
            }

            IClusterEngine carrier = Engines.Find(parsed.GetRequiredValue(engine));

            // An address that is taken is found out before anything is made; workers that dial already are answered once the run is there.
            using IServerNode node = carrier.OpenServer(place);
            using HealthEndpoint? endpoint = parsed.GetValue(health) is { } at
                ? HealthEndpoint.Open(at, "--healthz", () => new HealthReport(
                    "server", "server", cluster?.RunId ?? "", cluster?.Connected > 0, cluster?.Step, cluster?.Connected ?? 0))
                : null;
            if (isSupervised)
            {
                Console.Out.WriteLine($"{ClusterSupervisor.ListeningMark}{node.Address}");
                Console.Out.Flush();
            }

            var launcher = new RunLauncher
            {
                Command = "node server",
                IsQuiet = isSupervised,
                TellsMembers = true,
                Json = parsed.GetValue(json),
                GoesOn = mayContinue,

                // Who is elected leads; the one that led before is frozen, or about to find out.
                PatienceWithWriter = place.Servers.Count > 1 ? TimeSpan.MaxValue : TimeSpan.FromSeconds(30),
                Prepared = run => parent?.EndWith(run.Interrupt),
                Wire = (directory, view) =>
                {
                    secret ??= NodeToken.ReadOrCreate(directory.TokenPath);
                    if (!isSupervised)
                    {
                        Announce(node, carrier, place, parsed.GetValue(token) ?? directory.TokenPath, view);
                    }

                    return setup => cluster = node.Wire(setup, secret);
                },
            };
            int exitCode = node.Run(() => launcher.Launch(
                parsed.GetValue(config), parsed.GetValue(resume), parsed.GetValue(runDirectory), parsed.GetValue(set) ?? []));
            if (parsed.GetValue(stay) && exitCode is (ExitCodes.Done or ExitCodes.StoppedByMonitor))
            {
                Stay();
            }

            return exitCode;
        });
        return command;
    }

    private static void Stay()
    {
        using var ended = new ManualResetEventSlim();
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        CommonOptions.Notice("the run is over; staying until SIGTERM");
        ended.Wait();

        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ended.Set();
        }
    }

    private static void Announce(IServerNode node, IClusterEngine engine, ServerPlace place, string tokenFile, ITrainingView view)
    {
        string servers = place.Servers.Count > 0 ? string.Join(',', place.Servers) : node.Address.ToString();
        string choice = engine is NodeEngine ? "" : $"--engine {engine.Name} ";
        view.Notice($"listening at {node.Address}; a worker joins with:\n"
            + $"  distsgd node worker {choice}--connect {Display.Argument(servers)} --token-file {Display.Argument(Display.Path(tokenFile))}");
    }
}
