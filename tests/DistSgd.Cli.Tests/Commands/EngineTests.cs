using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

/// <summary>The engine that a build may lack, and the options that only the other one has.</summary>
public class EngineTests : ProgramTest
{
    public static TheoryData<string[]> Commands => new()
    {
        new[] { "cluster", "up", "small.yaml" },
        new[] { "node", "server", "small.yaml" },
        new[] { "node", "worker", "--connect", "127.0.0.1:1", "--token-file", "token" },
    };

    [SkippableTheory]
    [MemberData(nameof(Commands))]
    public void A_build_without_Akka_says_how_to_add_it(string[] command)
    {
        Skip.If(File.Exists(Path.Combine(Path.GetDirectoryName(Program)!, "DistSgd.Akka.dll")), "this build has the engine");
        Write("token", new string('7', 64));
        foreach (CliResult result in (CliResult[])[Run([.. command, "--engine", "akka"]), Run([("DISTSGD_ENGINE", "akka")], command)])
        {
            result.ExitCode.ShouldBe(2);
            result.Output.ShouldBeEmpty();
            result.Error.ShouldStartWith(
                "distsgd: --engine akka: this build has no Akka.NET in it. Add it with: dotnet build -c Release -p:AkkaEngine=true");
            result.Error.ShouldContain("--engine node needs none of them");
        }
    }

    [Theory]
    [InlineData("--connect: a server of this engine leads alone (--engine node).", "server", "small.yaml", "--connect", "127.0.0.1:1")]
    [InlineData("--data: everything travels over the address of --listen (--engine node).", "server", "small.yaml", "--data", "127.0.0.1:1")]
    [InlineData("--engine-log: this engine tells what it does in the run's log (--engine node).", "server", "small.yaml", "--engine-log", "x")]
    [InlineData(
        "--connect: a run of this engine has one server; it was given more than once (--engine node).",
        "worker", "--connect", "127.0.0.1:1,127.0.0.1:2", "--token-file", "token")]
    public void Options_of_the_other_engine_are_refused(string problem, params string[] arguments)
    {
        Write("small.yaml", "name: small");
        Write("token", new string('7', 64));
        CliResult result = Run(["node", .. arguments]);
        result.ExitCode.ShouldBe(2);
        result.Error.Trim().ShouldBe($"distsgd: {problem}");
    }
}
