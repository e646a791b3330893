using System.CommandLine;
using System.Text.Json;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Data.Sources;
using DistSgd.Training.Config.Reading;

namespace DistSgd.Cli.Commands;

/// <summary><c>data get NAME</c> and <c>data list</c>: data sets that are fetched once and checked.</summary>
internal static class DataCommand
{
    private static readonly string Names = string.Join(", ", ImageSet.All.Select(set => set.Name));

    public static Command Create()
    {
        var command = new Command("data", "Fetch and list data sets.") { CreateGet(), CreateList() };
        return command;
    }

    private static Command CreateGet()
    {
        var name = new Argument<string>("NAME") { Description = $"Name of the data set: {Names}." };
        var command = new Command("get", "Fetch a data set into the cache, checked against its SHA-256 sums.") { name };
        command.SetAction(parsed =>
        {
            string wanted = parsed.GetRequiredValue(name);
            ImageSet found = ImageSet.All.FirstOrDefault(set => set.Name == wanted) ?? throw Unknown(wanted);
            VerifiedCache cache = found.Open(CommonOptions.Notice);
            cache.Ensure();
            Console.Out.WriteLine(cache.Directory);
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateList()
    {
        Option<bool> json = CommonOptions.Json();
        var command = new Command("list", "List the data sets and whether they are in the cache.") { json };
        command.SetAction(parsed =>
        {
            State[] states = [.. ImageSet.All.Select(StateOf)];
            int width = states.Max(state => state.Name.Length);
            Console.Out.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(states, OutputJson.Options)
                : string.Join('\n', states.Select(state => $"{state.Name.PadRight(width)}  {Words(state)}  {state.Directory}")));
            return ExitCodes.Done;
        });
        return command;
    }

    private static InputException Unknown(string wanted)
    {
        string suggestion = Spelling.Suggestion(wanted, ImageSet.All.Select(set => set.Name)) is { Length: > 0 } found ? found : ".";
        return new InputException($"data get: no data set is named '{wanted}'; expected one of {Names}{suggestion}");
    }

    private static State StateOf(ImageSet set)
    {
        VerifiedCache cache = set.Open();
        string? defect = cache.Files.Select(file => file.DefectIn(cache.Directory)).FirstOrDefault(found => found is not null);
        bool absent = !cache.Files.Any(file => File.Exists(cache.PathOf(file)));
        return new State(set.Name, defect is null, absent ? null : defect, cache.Directory);
    }

    private static string Words(State state) => state switch
    {
        { Cached: true } => "in the cache, checksums right",
        { Problem: null } => $"not in the cache (distsgd data get {state.Name})",
        _ => $"damaged: {state.Problem} (distsgd data get {state.Name} fetches it again)",
    };

    private sealed record State(string Name, bool Cached, string? Problem, string Directory);
}
