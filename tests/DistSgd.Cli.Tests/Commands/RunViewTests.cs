using System.Text.Json;
using System.Text.RegularExpressions;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

/// <summary>What is shown of a run from its log: <c>alerts</c>, <c>watch</c>, <c>report</c>, <c>compare</c>.</summary>
public sealed partial class RunViewTests : ProgramTest
{
    [Fact]
    public void A_copied_log_says_what_the_live_monitor_said()
    {
        string run = Vanish();
        string[] live = [.. File.ReadLines(Path.Combine(run, "run.clef")).Select(line => JsonDocument.Parse(line).RootElement)
            .Where(line => line.GetProperty("Event").GetString() == "alert").Select(line => line.GetProperty("Message").GetString()!)];
        live.ShouldNotBeEmpty();

        string copy = Path.Combine(Home, "copied.clef");
        File.Copy(Path.Combine(run, "run.clef"), copy);
        CliResult offline = Run("alerts", copy, "--json");
        offline.ExitCode.ShouldBe(0, offline.Error);
        Messages(offline).ShouldBe(live);
        Messages(Run("alerts", run, "--json", "--follow")).ShouldBe(live);

        CliResult text = Run("alerts", run);
        text.Output.ShouldContain("vanishing_gradient raised: mean |g| of layer 0");
        text.Output.ShouldContain("\n  where  layer 0\n");
        text.Output.ShouldContain("\n  advice check the architecture");
        Run("alerts", run, "--set", "monitor.rules.vanishing_gradient.enabled=false").Output.ShouldNotContain("vanishing_gradient");

        static string[] Messages(CliResult result) =>
            [.. result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("message").GetString()!)];
    }

    [Fact]
    public void Damaged_lines_are_told_and_the_rest_is_read()
    {
        string log = Path.Combine(Home, "damaged.clef");
        File.WriteAllLines(log, [.. File.ReadLines(Path.Combine(Vanish(), "run.clef")).Take(100), "garbage"]);
        File.AppendAllText(log, "{\"@t\":\"2026");
        CliResult result = Run("watch", log);
        result.ExitCode.ShouldBe(0, result.Error);
        result.Error.ShouldContain($"{log}:101: not an event");
        result.Error.ShouldContain("its last line is cut off and was passed over");
        result.Output.ShouldContain("|g| layer 9");
        result.Output.ShouldContain("vanishing_gradient");
    }

    [Fact]
    public void Watching_in_a_pipe_shows_the_run_once_in_plain_text()
    {
        CliResult result = Run("watch", Blobs("a", 1));
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldStartWith("a  step 125/125  epoch 5  completed\n");
        result.Output.ShouldContain("alerts       none\n");
        result.Output.ShouldNotContain("\e");
    }

    [SkippableFact]
    public void On_a_terminal_it_is_painted_until_the_run_has_ended()
    {
        CliResult result = RunOnTerminal("watch", Blobs("a", 1));
        result.ExitCode.ShouldBe(0, result.Error);
        result.Output.ShouldContain("a  step 125/125  epoch 5  ");
        result.Output.ShouldContain("\e["); // it has colours
        result.Output.Replace("\r", "", StringComparison.Ordinal).Split('\n').ShouldAllBe(line => Escape().Replace(line, "").Length <= 80);
    }

    [Fact]
    public void A_report_stands_beside_the_log_or_where_it_is_asked_for()
    {
        string run = Blobs("a", 1);
        CliResult result = Run("report", run);
        result.ExitCode.ShouldBe(0, result.Error);
        string html = File.ReadAllText(Path.Combine(run, "report.html"));
        JsonElement summary = JsonDocument.Parse(File.ReadAllText(Path.Combine(run, "summary.json"))).RootElement;
        html.ShouldContain(summary.GetProperty("parameters_sha256").GetString()!);
        html.ShouldContain("No rule of the monitor had anything to say.");

        string copy = Path.Combine(Home, "copied.clef");
        File.Copy(Path.Combine(run, "run.clef"), copy);
        Run("report", copy, "--out", Path.Combine(Home, "other.html")).ExitCode.ShouldBe(0);
        File.Exists(Path.Combine(Home, "other.html")).ShouldBeTrue();
    }

    [Fact]
    public void Runs_are_compared_by_results_and_differing_keys()
    {
        CliResult result = Run("compare", Blobs("a", 1), Blobs("b", 2));
        result.ExitCode.ShouldBe(0, result.Error);
        string[] lines = result.Output.Split('\n');
        lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries).ShouldBe(["a", "b"]);
        lines.ShouldContain(line => line.StartsWith("seed") && line.EndsWith('2'));
        lines.ShouldNotContain(line => line.StartsWith("data.source"));
    }

    [Fact]
    public void What_a_log_says_of_itself_harms_no_comparison()
    {
        string[] lines = File.ReadAllLines(Path.Combine(Blobs("a", 1), "run.clef"));
        string strange = Write("strange.clef", string.Join('\n', lines)
            .Replace("\"Config\":{", "\"Config\":{\"steps\":\"9\",\"a.b\":1,\"a\":{\"b\":2},", StringComparison.Ordinal));
        strange = Write("strange.clef", Regex.Replace(File.ReadAllText(strange), "\"ParametersSha256\":\"[0-9a-f]+\"", "\"ParametersSha256\":\"abc\""));
        CliResult result = Run("compare", Path.Combine(Home, "a"), strange, "--json");
        result.ExitCode.ShouldBe(0, result.Error);
        JsonElement other = JsonDocument.Parse(result.Output).RootElement[1];
        other.GetProperty("name").GetString().ShouldBe("strange.clef");
        other.GetProperty("results").GetProperty("sha256").GetString().ShouldBe("abc");
        other.GetProperty("results").GetProperty("steps").GetString().ShouldBe("125");
        other.GetProperty("config").GetProperty("steps").GetString().ShouldBe("9");
        Run("compare", Path.Combine(Home, "a"), strange).ExitCode.ShouldBe(0);
    }

    [Fact]
    public void Following_is_not_misled_by_a_clock_that_was_set_back()
    {
        string log = Path.Combine(Vanish(), "run.clef");
        string[] lines = File.ReadAllLines(log);
        string[] changed = [.. lines.Select((line, i) => i < 2 ? line.Replace("\"@t\":\"20", "\"@t\":\"21", StringComparison.Ordinal) : line)];
        string copy = Write("back.clef", string.Join('\n', changed) + "\n");
        Run("alerts", copy, "--follow").Output.ShouldContain("vanishing_gradient raised");
    }

    [Theory]
    [InlineData("/nowhere is no run", "alerts", "/nowhere")]
    [InlineData("/nowhere is no run", "watch", "/nowhere")]
    [InlineData("/nowhere is no run", "report", "/nowhere")]
    [InlineData("Required argument", "compare", "/nowhere")]
    [InlineData("expected monitor.rules.RULE.KEY=VALUE", "alerts", "/nowhere", "--set", "seed=1")]
    public void Mistakes_are_told(string message, params string[] arguments)
    {
        CliResult result = Run(arguments);
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain(message);
    }

    [Fact]
    public void An_empty_log_is_told()
    {
        string log = Write("empty.clef", "");
        foreach (string command in (string[])["alerts", "watch", "report"])
        {
            CliResult result = Run(command, log);
            result.ExitCode.ShouldBe(2);
            result.Error.ShouldContain("holds no event of a run");
        }
    }

    [GeneratedRegex(@"\e\[[0-9;?]*[A-Za-z]|\e=")]
    private static partial Regex Escape();

    private string Vanish()
    {
        string run = Path.Combine(Home, "vanish");
        CliResult result = Run("train", ConfigPath("vanishing.yaml"), "--run-dir", run, "--set", "training.epochs=null", "--set", "training.steps=120");
        result.ExitCode.ShouldBe(0, result.Error);
        return run;
    }

    private string Blobs(string name, int seed)
    {
        string run = Path.Combine(Home, name);
        CliResult result = Run("train", ConfigPath("blobs.yaml"), "--run-dir", run, "--set", $"seed={seed}");
        result.ExitCode.ShouldBe(0, result.Error);
        return run;
    }
}
