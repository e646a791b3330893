using System.Text.Json;
using DistSgd.Hosting;
using DistSgd.Studies;
using DistSgd.Testing.Programs;

namespace DistSgd.Cli.Tests.Commands;

public class LandscapeCommandTests : ProgramTest
{
    private const string Usage = "the name of a study, --all or --list. The studies are: ";

    public static TheoryData<string, string> Mistakes() => new()
    {
        { "", $"landscape: give {Usage}" },
        { "--json", $"landscape: give {Usage}" },
        { "vanishing --all", $"landscape: give only one of {Usage}" },
        { "--all --list", $"landscape: give only one of {Usage}" },
        { "vanishin", "no study is named 'vanishin'; did you mean 'vanishing'? The studies are: " },
        { "Vanishing", "no study is named 'Vanishing'; did you mean 'vanishing'? The studies are: " },
        { "quartic --optimizer newton --learning-rate 0.5", "--learning-rate: no use to newton; give it with sgd, momentum" },
        { "quartic --optimizer sgd --momentum 0.5", "--momentum: no use to sgd; give it with momentum and nesterov." },
        { "xyz", "no study is named 'xyz'. The studies are: " },
        { "--all --steps 3 --noise 0.1", "landscape: --all does not take --noise, --steps; give the name of a study with it." },
        { "--list --steps 3", "landscape: --list does not take --steps; give the name of a study with it." },
        { "vanishing --noise 0.1 --start -0.5,0.5", "vanishing does not take --start, --noise; it takes --learning-rate, --momentum, --steps and --seed." },
        { "derivative-cost --steps 5", "derivative-cost does not take --steps; it takes --seed alone." },
        { "vanishing --learning-rate abc", "--learning-rate: found 'abc'; expected a number above 0." },
        { "vanishing --learning-rate 0", "--learning-rate: found '0'; expected a number above 0." },
        { "vanishing --learning-rate -0.1", "--learning-rate: found '-0.1'; expected a number above 0." },
        { "vanishing --learning-rate nan", "--learning-rate: found 'nan'; expected a number above 0." },
        { "vanishing --learning-rate 1e999", "--learning-rate: found '1e999'; expected a number above 0." },
        { "vanishing --learning-rate 0,1", "--learning-rate: found '0,1'; expected a number above 0." },
        { "vanishing --momentum 1", "--momentum: found '1'; expected a number from 0 to below 1." },
        { "vanishing --momentum -0.1", "--momentum: found '-0.1'; expected a number from 0 to below 1." },
        { "vanishing --noise -1", "--noise: found '-1'; expected a number of at least 0." },
        { "vanishing --steps 0", "--steps: found '0'; expected a whole number from 1 to 200000." },
        { "vanishing --steps 1.5", "--steps: found '1.5'; expected a whole number from 1 to 200000." },
        { "vanishing --steps 100000000000", "--steps: found '100000000000'; expected a whole number from 1 to 200000." },
        { "vanishing --condition-number 0.5", "--condition-number: found '0.5'; expected a number from 1 to 1E+12." },
        { "quadratic --condition-number 1e200", "--condition-number: found '1e200'; expected a number from 1 to 1E+12." },
        { "--list --seed 3", "landscape: --list does not take --seed; give the name of a study with it." },
        { "--list --steps 3 --seed 3", "landscape: --list does not take --steps, --seed; give the name of a study with it." },
        { "vanishing --seed -1", "--seed: found '-1'; expected a whole number from 0 to 18446744073709551615." },
        { "vanishing --seed 1.5", "--seed: found '1.5'; expected a whole number from 0 to 18446744073709551615." },
        { "vanishing --start 1,x", "--start: found '1,x'; expected numbers with commas between them, for instance 0.5,-0.5." },
        { "vanishing --start 1,", "--start: found '1,'; expected numbers with commas between them, for instance 0.5,-0.5." },
        { "vanishing --start inf,1", "--start: found 'inf,1'; expected numbers with commas between them, for instance 0.5,-0.5." },
        { "vanishing --steps 5 --steps 6", "Option '--steps' expects a single argument but 2 were provided." },
        { "vanishing --steps", "Required argument missing for option: '--steps'." },
        { "vanishing --stepz 5", "landscape has no option '--stepz'; did you mean '--steps'?" },
        { "vanishing other", "landscape: unexpected argument 'other'." },
        { "vanishing --out taken", "taken is not empty; choose another directory for the study." },
        { "vanishing --out taken/note", "taken/note is a file; expected a directory for the study." },
        { "vanishing --out taken/note/below", "Cannot write a study to " },
        { "vanishing --out /proc/nowhere", "Cannot write a study to /proc/nowhere: " },
        { "--all --out taken", "taken is not empty; choose another directory for the study." },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void A_mistake_gets_one_message_and_leaves_nothing_behind(string line, string message)
    {
        Directory.CreateDirectory(Path.Combine(Home, "taken"));
        Write("taken/note", "mine");
        CliResult result = Run(["landscape", .. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        result.ExitCode.ShouldBe(ExitCodes.BadInput, result.Error);
        result.Error.ShouldContain(message);
        result.Error.Split('\n').Count(text => text.StartsWith("distsgd: ", StringComparison.Ordinal)).ShouldBe(1);
        result.Output.ShouldBeEmpty();
        Directory.EnumerateFileSystemEntries(Home, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldBe(["taken", "note"]);
    }

    [Fact]
    public void Without_a_name_the_names_are_shown()
    {
        string error = Run("landscape").Error;
        foreach (INamedStudy study in StudyCatalog.All)
        {
            error.ShouldContain(study.Name);
        }
    }

    [Fact]
    public void The_list_tells_what_each_study_shows_and_takes()
    {
        CliResult list = Run("landscape", "--list");
        list.ExitCode.ShouldBe(ExitCodes.Done);
        list.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(StudyCatalog.All.Count + 1);
        list.Output.ShouldContain("--learning-rate, --momentum, --steps");
        JsonElement json = JsonDocument.Parse(Run("landscape", "--list", "--json").Output).RootElement;
        json.GetArrayLength().ShouldBe(StudyCatalog.All.Count);
        json.EnumerateArray().Single(study => study.GetProperty("name").GetString() == "vanishing").GetProperty("options").GetArrayLength().ShouldBe(3);
    }

    [Fact]
    public void A_study_is_printed_and_written()
    {
        CliResult result = Run("landscape", "vanishing", "--steps", "5", "--out", "study");
        result.ExitCode.ShouldBe(ExitCodes.Done, result.Error);
        result.Error.ShouldBeEmpty();
        result.Output.ShouldContain("activation  initialization  first_layer_norm");
        result.Output.ShouldContain("\nWhat the tutorials say\nseed  claim");
        result.Line("report").ShouldBe(Path.Combine("study", "report.html"));
        string study = File.ReadAllText(Path.Combine(Home, "study", "study.json"));
        JsonDocument.Parse(study).RootElement.GetProperty("command").GetString().ShouldBe("distsgd landscape vanishing --steps 5");
        File.ReadAllText(Path.Combine(Home, "study", "report.html")).ShouldContain("What the tutorials say");

        CliResult again = Run("landscape", "vanishing", "--out", "study");
        again.ExitCode.ShouldBe(ExitCodes.BadInput);
        again.Error.ShouldContain("study holds a study already, which is never overwritten; remove it or choose another directory.");
        File.ReadAllText(Path.Combine(Home, "study", "study.json")).ShouldBe(study);

        Run("landscape", "vanishing", "--steps", "5", "--json").Output.ShouldBe(study, "the same numbers, and nothing but them");
        string[] stamped = Directory.GetDirectories(Path.Combine(Home, "studies"));
        Path.GetFileName(stamped.ShouldHaveSingleItem()).ShouldStartWith("landscape-vanishing-2");
    }

    [Fact]
    public void All_studies_end_in_one_table_and_a_folder_for_each()
    {
        CliResult result = Run("landscape", "--all", "--out", "all");
        result.ExitCode.ShouldBe(ExitCodes.Done, result.Error);
        result.Output.ShouldContain("none contradicted.");
        result.Output.ShouldNotContain("CONTRADICTED", Case.Sensitive);
        JsonElement overview = JsonDocument.Parse(File.ReadAllText(Path.Combine(Home, "all", "study.json"))).RootElement;
        overview.GetProperty("claims").EnumerateArray().Select(claim => claim.GetProperty("verdict").GetString())
            .ShouldAllBe(verdict => verdict == "reproduced" || verdict == "erratum" || verdict == "inconclusive");
        result.Output.ShouldContain("  reproduced\n");
        result.Output.ShouldContain("  erratum: ");
        foreach (INamedStudy study in StudyCatalog.All)
        {
            result.Error.ShouldContain($": {study.Name}: ");
            File.Exists(Path.Combine(Home, "all", $"landscape-{study.Name}", "report.html")).ShouldBeTrue(study.Name);
        }
    }

    [SkippableFact]
    public void No_line_is_wider_than_the_terminal()
    {
        CliResult result = RunOnTerminal("landscape", "vanishing", "--steps", "5");
        result.ExitCode.ShouldBe(ExitCodes.Done, result.Output);
        string[] lines = [.. result.Output.Split('\n').Select(line => line.TrimEnd('\r'))];
        lines.Skip(1).ShouldAllBe(line => line.Length <= 80);
        lines.ShouldContain(line => line.StartsWith("seed  claim", StringComparison.Ordinal));
    }
}
