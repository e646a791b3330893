using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace DistSgd.Testing.Programs;

/// <summary>
/// The files of <c>deploy</c>, without the engines that they are for: their commands, environment and ports are read out of them and run as
/// processes, each on a machine of its own, and train MNIST.
/// </summary>
/// <param name="output">Told what was run.</param>
public abstract class DeployTests(ITestOutputHelper output) : ClusterTest
{
    private string Token => Write("token", new string('7', 64) + "\n");

    private static string Folder => Path.Combine(Repository, "deploy");

    [SkippableFact]
    public void The_compose_file_trains_MNIST()
    {
        Deployment deployment = Deployment.OfCompose(Path.Combine(Folder, "container", "compose.yaml"));
        string[] check = Deployment.HealthCheckOf(Path.Combine(Folder, "container", "Dockerfile"));
        Train(deployment, "compose", (machines, name) => Quoted([.. machines.On(name).Split(' '), .. check]));
    }

    [SkippableFact]
    public void The_file_of_Kubernetes_trains_MNIST()
    {
        Deployment deployment = Deployment.OfKubernetes(Path.Combine(Folder, "kubernetes", "distsgd.yaml"));
        Train(deployment, "kubernetes", (machines, name) =>
        {
            // A probe comes from outside the pod.
            string other = deployment.Machines.First(machine => machine != name);
            string request = $"exec 3<>/dev/tcp/{machines.AddressOf(name)}/{deployment.HealthPort}"
                + " && printf 'GET /healthz HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q ' 200 '";
            return Quoted([.. machines.On(other).Split(' '), "bash", "-c", request]);
        });
    }

    [SkippableFact]
    public void The_units_train_MNIST() =>
        Train(Deployment.OfUnits(Path.Combine(Folder, "systemd")), "systemd", static (_, _) => "true");

    private void Train(Deployment deployment, string name, Func<Machines, string, string> healthCheck)
    {
        using var machines = new Machines(Shell);
        Skip.IfNot(machines.TryCreate(deployment.Machines, deployment.Aliases), "no right to create network namespaces");
        CliResult reference = Run("train", ConfigPath("mnist.yaml"), "--run-dir", RunPath("reference")); // fetches the data too
        reference.ExitCode.ShouldBe(0, reference.Error);

        string run = Mapped(deployment.Server.Option("--run-dir"), deployment);

        // On a machine that is busy with other tests a worker may be up after the run; it would wait for the next one.
        Process server = StartOn(machines, deployment, deployment.Server, "--set", "cluster.join_wait=60");
        Process[] workers = [.. deployment.Workers.Select(worker => StartOn(machines, deployment, worker))];
        try
        {
            using var cluster = new RunningCluster(server, run);
            cluster.AwaitStep(200);
            Shell(healthCheck(machines, deployment.Server.Machine)).ExitCode.ShouldBe(0, "health of the server");
            if (deployment.Workers[0].Arguments.Contains("--healthz"))
            {
                Shell(healthCheck(machines, deployment.Workers[0].Machine)).ExitCode.ShouldBe(0, "health of a worker");
            }

            cluster.Await("the end", () => File.Exists(Path.Combine(run, "summary.json")));
            if (deployment.Server.Arguments.Contains("--stay"))
            {
                Thread.Sleep(500);
                server.HasExited.ShouldBeFalse();
                Signal(server, PosixSignal.SIGTERM);
            }

            CliResult result = Finish(server);
            result.ExitCode.ShouldBe(0, result.Error);
            result.Line("parameters").ShouldBe(reference.Line("parameters"));
            foreach (Process worker in workers)
            {
                worker.WaitForExit(TimeSpan.FromSeconds(30)).ShouldBeTrue("a worker goes on");
                worker.ExitCode.ShouldBe(0);
            }

            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{name} ({Engine}): {deployment.Machines.Count} machines, {result.Line("steps")}, {result.Line("parameters")}"));
            foreach (DeployedNode node in deployment.Workers.Prepend(deployment.Server))
            {
                output.WriteLine($"  {node.Machine} {machines.AddressOf(node.Machine)}: distsgd {string.Join(' ', node.Arguments)}");
            }
        }
        finally
        {
            foreach (Process process in workers)
            {
                if (!process.HasExited)
                {
                    process.Kill(entireProcessTree: true);
                    output.WriteLine($"a worker had not ended; it said: {process.StandardError.ReadToEnd()}");
                }

                process.Dispose();
            }
        }
    }

    private Process StartOn(Machines machines, Deployment deployment, DeployedNode node, params string[] more)
    {
        node.Variables["DISTSGD_ENGINE"].ShouldBe("node"); // the files run the node engine; one variable switches
        string[] arguments = [.. node.Arguments.Select(argument => Mapped(argument, deployment))];
        return StartShell($"DISTSGD_ENGINE={Engine} exec {machines.On(node.Machine)} {Quoted(["dotnet", Program, .. arguments, .. more])}");
    }

    /// <summary>Paths of the other machine, on this one; what is neither in a volume nor in the image is nowhere.</summary>
    private string Mapped(string argument, Deployment deployment)
    {
        if (argument.StartsWith("/configs/", StringComparison.Ordinal) || argument.StartsWith("/opt/distsgd/configs/", StringComparison.Ordinal))
        {
            return ConfigPath(Path.GetFileName(argument));
        }

        if (!argument.StartsWith('/') && !argument.StartsWith('%'))
        {
            return argument;
        }

        deployment.Mounts.ShouldContain(mount => argument == mount || argument.StartsWith(mount + "/", StringComparison.Ordinal), argument);
        if (Path.GetFileName(argument) == "token")
        {
            return Token;
        }

        string path = Path.Combine(Home, "volumes" + argument);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    private static string Quoted(IEnumerable<string> words) =>
        string.Join(' ', words.Select(word => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
}
