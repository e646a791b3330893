using System.CommandLine;
using System.Text.Json;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Studies;
using DistSgd.Studies.Output;

namespace DistSgd.Cli.Commands;

/// <summary><c>landscape NAME</c>, <c>landscape --all</c>, <c>landscape --list</c>: studies of loss landscapes, held against the tutorials.</summary>
internal static class LandscapeCommand
{
    private const string OverviewName = "landscape-all";

    public static Command Create()
    {
        var name = new Argument<string?>("NAME") { Description = "Name of the study; --list shows them.", Arity = ArgumentArity.ZeroOrOne };
        var all = new Option<bool>("--all") { Description = "Run every study; exit code 1 if a statement of the tutorials is contradicted." };
        var list = new Option<bool>("--list") { Description = "List the studies." };
        var settings = new StudySettingOptions();
        Option<string?> output = CommonOptions.StudyOutput("studies/landscape-NAME-UTCSTAMP");
        Option<bool> json = CommonOptions.Json("Print what study.json holds.");
        var command = new Command(
            "landscape", "Study a loss landscape or a small network and compare with what the tutorials say. Give NAME, --all or --list.")
        {
            name,
            all,
            list,
        };
        foreach (Option option in settings.All.Append(output).Append(json))
        {
            command.Add(option);
        }

        command.SetAction(parsed =>
        {
            string? wanted = parsed.GetValue(name);
            StudySettings given = settings.Read(parsed);
            RequireOneChoice(wanted, parsed.GetValue(all), parsed.GetValue(list));
            if (parsed.GetValue(list))
            {
                RequireNothingGiven("--list", given, settings.HasSeed(parsed));
                return List(parsed.GetValue(json));
            }

            var target = new Target(parsed.GetValue(output), parsed.GetValue(json));
            return wanted is null ? RunAll(given, target) : RunOne(StudyCatalog.Find(wanted), given, target);
        });
        return command;
    }

    private static void RequireOneChoice(string? name, bool all, bool list)
    {
        int choices = (name is null ? 0 : 1) + (all ? 1 : 0) + (list ? 1 : 0);
        if (choices != 1)
        {
            string found = choices == 0 ? "give" : "give only one of";
            throw new InputException($"landscape: {found} the name of a study, --all or --list. The studies are: {Names()}.");
        }
    }

    private static void RequireNothingGiven(string choice, StudySettings settings, bool hasStraySeed = false)
    {
        string names = StudyCommandLine.Names(StudyCommandLine.Given(settings));
        string strange = !hasStraySeed ? names : names.Length > 0 ? $"{names}, --seed" : "--seed";
        if (strange.Length > 0)
        {
            throw new InputException($"landscape: {choice} does not take {strange}; give the name of a study with it.");
        }
    }

    private static int RunOne(INamedStudy study, StudySettings settings, Target target)
    {
        StudyCatalog.RequireAccepted(study, settings);
        StudyFolder folder = target.Folder($"landscape-{study.Name}");
        StudyResult result = study.Run(settings);
        Finish(result, folder, target, parts: null);
        return ExitCodes.Done;
    }

    private static int RunAll(StudySettings settings, Target target)
    {
        RequireNothingGiven("--all", settings);
        StudyFolder folder = target.Folder(OverviewName);
        var results = new List<StudyResult>();
        foreach (INamedStudy study in StudyCatalog.All)
        {
            CommonOptions.Notice($"study {results.Count + 1} of {StudyCatalog.All.Count}: {study.Name}: {study.Description}");
            results.Add(study.Run(settings));
        }

        StudyResult overview = StudyOverview.Of(
            OverviewName, "The landscape laboratory: what the tutorials say, measured", StudyCommandLine.Of("--all", settings), results);
        Finish(overview, folder, target, results);
        return overview.Claims.Any(claim => claim.Verdict == ClaimVerdict.Contradicted) ? ExitCodes.Failed : ExitCodes.Done;
    }

    private static void Finish(StudyResult result, StudyFolder folder, Target target, IReadOnlyList<StudyResult>? parts)
    {
        string directory = StudyWriter.Write(result, folder, parts);
        Console.Out.WriteLine(target.Json ? StudyJson.Write(result) : StudyText.Of(result, directory, StudyText.TerminalWidth));
    }

    private static int List(bool json)
    {
        if (json)
        {
            var entries = StudyCatalog.All.Select(study => new
            {
                study.Name,
                study.Description,
                options = StudyCommandLine.Names(study.Accepts).Split(", ", StringSplitOptions.RemoveEmptyEntries),
            });
            Console.Out.WriteLine(JsonSerializer.Serialize(entries, OutputJson.Options));
            return ExitCodes.Done;
        }

        string[][] rows = [.. StudyCatalog.All.Select(study => (string[])[study.Name, study.Description, StudyCommandLine.Names(study.Accepts)])];
        foreach (string line in new TextTable(["name", "shows", "options"], rows, [false, false, false]).Lines(StudyText.TerminalWidth))
        {
            Console.Out.WriteLine(line);
        }

        return ExitCodes.Done;
    }

    private static string Names() => string.Join(", ", StudyCatalog.All.Select(study => study.Name));

    /// <summary>Where the result goes.</summary>
    private sealed record Target(string? Directory, bool Json)
    {
        /// <summary>The folder for the files, found fit before any time is spent on what goes into it.</summary>
        public StudyFolder Folder(string name)
        {
            StudyFolder folder = Directory is null
                ? StudyFolder.Stamped(StudyFolder.DefaultBase, name, TimeProvider.System.GetUtcNow())
                : StudyFolder.At(Directory);
            folder.Check();
            return folder;
        }
    }
}
