using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using DistSgd.Hosting;
using DistSgd.Hosting.Engines;
using DistSgd.Hosting.Logging;
using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Monitoring.Events;
using DistSgd.Training;

namespace DistSgd.Cli.Commands;

/// <summary><c>node worker</c>: joins a run, computes for it, and leaves it at any time.</summary>
internal static class NodeWorkerCommand
{
    private const int NameBytesMax = 100;

    public static Command Create()
    {
        Option<string> engine = Engines.Option();
        Option<string[]> connect = Engines.Connect(
            "Where the server listens: HOST:PORT or unix:PATH. With several servers (--engine akka): all of them, as on every node.");
        connect.Required = true;
        var token = new Option<string>("--token-file") { Description = "File with the secret of the run.", Required = true, HelpName = "FILE" };
        var name = new Option<string?>("--name") { Description = "Name of the worker, unique in the run. Default: HOST-PROCESS.", HelpName = "NAME" };
        Option<string?> engineLog = Engines.Log();
        var log = new Option<string?>("--log") { Description = "Write what happens to this worker to a log of its own.", HelpName = "FILE" };
        var giveUpAfter = new Option<double>("--give-up-after")
        {
            Description = "Seconds without a server after which the worker ends, exit 1.",
            DefaultValueFactory = _ => 60,
            HelpName = "SECONDS",
        };
        var core = new Option<int?>("--core")
        {
            Description = "Tie the computing thread to a core, counted from 0: for machines that run as many workers as they have cores.",
            HelpName = "N",
        };
        Option<string[]> set = CommonOptions.Set();
        set.Description = "Change where the data lie on this machine: KEY=VALUE, for instance data.path=/data/fruit.csv. May be repeated.";
        Option<string?> health = NodeCommand.Health();
        Option<bool> supervised = NodeCommand.Supervised();
        var command = new Command("worker", "Join a run: compute gradients of the shards that the server deals. Needs the data set on this machine.")
        {
            connect,
            token,
            name,
            set,
            engine,
            log,
            engineLog,
            giveUpAfter,
            core,
            health,
            supervised,
        };
        command.SetAction(parsed =>
        {
            double seconds = parsed.GetValue(giveUpAfter);
            double longest = NodeWorkerSettings.LongestGiveUp.TotalSeconds;
            if (!(seconds > 0 && seconds <= longest))
            {
                throw new InputException(string.Create(
                    CultureInfo.InvariantCulture, $"--give-up-after: {seconds} is not above 0 and at most {longest} seconds."));
            }

            if (parsed.GetValue(core) is { } index)
            {
                Tie(index);
            }

            var place = new WorkerPlace
            {
                Name = NameOf(parsed.GetValue(name)),
                Servers = Engines.Servers(parsed.GetRequiredValue(connect)),
                Token = NodeToken.Read(parsed.GetRequiredValue(token)),
                LogPath = parsed.GetValue(engineLog),
            };
            using IWorkerNode node = Engines.Find(parsed.GetRequiredValue(engine)).OpenWorker(place);
            var settings = new NodeWorkerSettings
            {
                Name = place.Name,
                Server = node.Server,
                Token = place.Token,
                GiveUpAfter = TimeSpan.FromSeconds(seconds),
                Overrides = parsed.GetValue(set) ?? [],
                CreateTask = loaded =>
                    loaded.Use(config => TrainingTaskFactory.Create(config, DatasetLoader.Load(config, CommonOptions.Notice))),
                Notice = CommonOptions.Notice,
            };
            return Work(settings, parsed.GetValue(log), parsed.GetValue(health), parsed.GetValue(supervised));
        });
        return command;
    }

    private static int Work(NodeWorkerSettings settings, string? logPath, string? health, bool isSupervised)
    {
        bool hasTold = false;
        using RunLogWriter? log = logPath is null ? null : new RunLogWriter(logPath);
        var worker = new NodeWorker(settings, TimeProvider.System, Log);
        using HealthEndpoint? endpoint = health is null ? null : HealthEndpoint.Open(health, "--healthz", () =>
            new HealthReport("worker", settings.Name, worker.RunId, worker.IsConnected, Step: null, Workers: null));
        int exitCode = ExitCodes.Done;
        if (isSupervised)
        {
            new ParentLink().EndWith(_ => worker.Leave("ended by its parent"));
        }

        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(
            PosixSignal.SIGTERM, context => Leave(context, TrainingRun.SignalTerminate, ExitCodes.Terminated));
        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(
            PosixSignal.SIGINT, context => Leave(context, TrainingRun.SignalInterrupt, ExitCodes.Interrupted));
        worker.Run();
        return exitCode;

        // What the log says stands in the server's too: a full disk here is no reason to stop working.
        void Log(TrainingEvent trainingEvent)
        {
            try
            {
                log?.Write(trainingEvent);
            }
            catch (IOException e) when (!hasTold)
            {
                hasTold = true;
                CommonOptions.Notice($"warning: {e.Message}");
            }
            catch (IOException)
            {
                // Told already.
            }
        }

        void Leave(PosixSignalContext context, string signal, int code)
        {
            context.Cancel = true;

            // Ctrl-C reaches all processes of a terminal; what becomes of a cluster is its parent's to decide.
            if (!(isSupervised && context.Signal == PosixSignal.SIGINT))
            {
                exitCode = code;
                worker.Leave(signal);
            }
        }
    }

    private static void Tie(int core)
    {
        if (core < 0)
        {
            throw new InputException(string.Create(CultureInfo.InvariantCulture, $"--core: {core} is no core; expected 0 or more."));
        }

        if (!WorkerCore.Tie(core))
        {
            CommonOptions.Notice("warning: --core has no effect on this system.");
        }
    }

    private static string NameOf(string? given)
    {
        string name = given ?? string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}-{Environment.ProcessId}");
        return name.Length > 0 && Encoding.UTF8.GetByteCount(name) <= NameBytesMax && !name.Any(char.IsControl) && name is not ("server" or "monitor")
            ? name
            : throw new InputException($"--name: '{name}' is no name of a worker; expected 1 to {NameBytesMax} bytes, not server or monitor.");
    }
}
