using System.Globalization;
using System.Text.RegularExpressions;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Deploy;

/// <summary>That the files of <c>deploy</c> agree with each other and with the program.</summary>
public partial class DeployFileTests : ProgramTest
{
    private static string Folder => Path.Combine(Repository, "deploy");

    private static string Dockerfile => File.ReadAllText(Path.Combine(Folder, "container", "Dockerfile"));

    [SkippableFact]
    public void The_units_pass_the_check_of_systemd()
    {
        Skip.IfNot(Shell("command -v systemd-analyze").ExitCode == 0, "systemd-analyze is not there");
        string dotnet = Shell("readlink -f \"$(command -v dotnet)\"").Output.Trim();
        foreach (string unit in Directory.EnumerateFiles(Path.Combine(Folder, "systemd"), "*.service"))
        {
            // It looks whether the program is there, which may be elsewhere on this machine.
            Write(Path.GetFileName(unit), File.ReadAllText(unit).Replace("/usr/bin/dotnet", dotnet, StringComparison.Ordinal));
        }

        CliResult result = Shell($"systemd-analyze verify '{Home}/distsgd-server.service' '{Home}/distsgd-worker@.service'");
        (result.Output + result.Error).ShouldBeEmpty();
        result.ExitCode.ShouldBe(0);
    }

    [Fact]
    public void The_image_opens_the_ports_that_the_nodes_use()
    {
        int[] open = [.. Exposed().Match(Dockerfile).Groups[1].Value.Split(' ').Select(port => int.Parse(port, CultureInfo.InvariantCulture))];
        Deployment compose = Deployment.OfCompose(Path.Combine(Folder, "container", "compose.yaml"));
        Deployment kubernetes = Deployment.OfKubernetes(Path.Combine(Folder, "kubernetes", "distsgd.yaml"));
        foreach (DeployedNode server in (DeployedNode[])[compose.Server, kubernetes.Server])
        {
            int port = PortOf(server.Option("--listen"));
            open.ShouldBe([port, port + 1, PortOf(server.Option("--healthz"))]);
        }

        PortOf(kubernetes.Server.Option("--healthz")).ShouldBe(kubernetes.HealthPort.ShouldNotBeNull());
    }

    [Fact]
    public void The_image_is_built_from_what_is_there_and_runs_without_rights()
    {
        string project = Published().Match(Dockerfile).Groups[1].Value;
        Directory.Exists(Path.Combine(Repository, project)).ShouldBeTrue(project);
        Dockerfile.ShouldContain("ARG AkkaEngine=false");
        User().Match(Dockerfile).Groups[1].Value.ShouldNotBe("0");
        Dockerfile.TrimEnd().ShouldEndWith("ENTRYPOINT [\"dotnet\", \"/app/distsgd.dll\"]");
        string[] seen = [.. File.ReadLines(Path.Combine(Folder, "container", "Dockerfile.dockerignore"))
            .Where(line => line.StartsWith('!')).Select(line => line[1..])];
        seen.ShouldAllBe(pattern => Directory.EnumerateFileSystemEntries(Repository, pattern).Any());
    }

    [Fact]
    public void A_token_that_was_not_filled_in_is_named()
    {
        string token = Write("token", "");
        CliResult result = Run("node", "worker", "--connect", "127.0.0.1:1", "--token-file", token);
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain($"{token}: found a token of 0 bytes; expected at least 16.");
    }

    private static int PortOf(string address) => int.Parse(address[(address.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);

    [GeneratedRegex("(?m)^EXPOSE (.+)$")]
    private static partial Regex Exposed();

    [GeneratedRegex("dotnet publish (\\S+) -c Release")]
    private static partial Regex Published();

    [GeneratedRegex("(?m)^USER (\\S+)$")]
    private static partial Regex User();
}
