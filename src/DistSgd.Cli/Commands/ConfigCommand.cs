using System.CommandLine;
using DistSgd.Hosting;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary><c>config check CONFIG</c> and <c>config schema</c>: validation without running, and a JSON schema for editors.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Check configs, print their schema.") { CreateCheck(), CreateSchema() };

    private static Command CreateCheck()
    {
        var config = new Argument<string>("CONFIG") { Description = "Config file." };
        var resolved = new Option<bool>("--resolved") { Description = "Print the config with every key, as a run would use it." };
        Option<string[]> set = CommonOptions.Set();
        var command = new Command("check", "Validate a config without running it.") { config, set, resolved };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(config);
            LoadedConfig loaded = ConfigReader.Load(path, parsed.GetValue(set));
            foreach (string warning in loaded.Warnings)
            {
                CommonOptions.Notice($"warning: {warning}");
            }

            Console.Out.WriteLine(parsed.GetValue(resolved) ? ConfigWriter.ToYaml(loaded.Config).TrimEnd() : $"{path}: valid");
            return ExitCodes.Done;
        });
        return command;
    }

    private static Command CreateSchema()
    {
        var command = new Command("schema", "Print the JSON schema of configs, for editors.");
        command.SetAction(_ =>
        {
            Console.Out.WriteLine(ConfigSchema.ToJson());
            return ExitCodes.Done;
        });
        return command;
    }
}
