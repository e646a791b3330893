using System.CommandLine;
using System.Text.Json;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Data.Sources;

namespace DistSgd.Cli.Commands;

/// <summary><c>data get NAME</c> and <c>data list</c>: data sets that are fetched once and checked.</summary>
internal static class DataCommand
{
    private const string Mnist = "mnist";

    public static Command Create()
    {
        var command = new Command("data", "Fetch and list data sets.") { CreateGet(), CreateList() };
        return command;
    }

    private static Command CreateGet()
    {
        var name = new Argument<string>("NAME") { Description = $"Name of the data set: {Mnist}." };
        var command = new Command("get", "Fetch a data set into the cache, checked against its SHA-256 sums.") { name };
        command.SetAction(parsed =>
        {
            string wanted = parsed.GetRequiredValue(name);
            if (wanted != Mnist)
            {
                throw new InputException($"data get: no data set is named '{wanted}'; there is: {Mnist}.");
            }

            VerifiedCache cache = MnistCache.Open(CommonOptions.Notice);
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
            VerifiedCache cache = MnistCache.Open();
            string? defect = cache.Files.Select(file => file.DefectIn(cache.Directory)).FirstOrDefault(found => found is not null);
            bool absent = !cache.Files.Any(file => File.Exists(cache.PathOf(file)));
            string state = defect is null ? "in the cache, checksums right"
                : absent ? "not in the cache (distsgd data get mnist)"
                : $"damaged: {defect} (distsgd data get mnist fetches it again)";
            var entry = new { name = Mnist, cached = defect is null, problem = absent ? null : defect, directory = cache.Directory };
            Console.Out.WriteLine(parsed.GetValue(json)
                ? JsonSerializer.Serialize(new[] { entry }, OutputJson.Options)
                : $"{Mnist}  {state}  {cache.Directory}");
            return ExitCodes.Done;
        });
        return command;
    }
}
