using System.CommandLine;
using DistSgd.Hosting;
using DistSgd.Learning;
using DistSgd.Studies.Trials.Settings;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary><c>config check CONFIG</c> and <c>config schema</c>: validation without running, and a JSON schema for editors.</summary>
internal static class ConfigCommand
{
    public static Command Create() => new("config", "Check configs, print their schema.") { CreateCheck(), CreateSchema() };

    private static Command CreateCheck()
    {
        var config = new Argument<string>("CONFIG") { Description = "Config file of a run or a study." };
        var resolved = new Option<bool>("--resolved") { Description = "Print the config with every key, as a run would use it." };
        Option<string[]> set = CommonOptions.Set();
        var command = new Command("check", "Validate a config without running it.") { config, set, resolved };
        command.SetAction(parsed =>
        {
            string path = parsed.GetRequiredValue(config);
            if (StudyFile.IsStudy(path))
            {
                if (parsed.GetValue(resolved))
                {
                    throw new InputException($"{path}: is the config of a study; --resolved is for that of a run.");
                }

                StudyFile study = StudyFile.Load(path, parsed.GetValue(set));
                Console.Out.WriteLine($"{path}: valid, a study of {study.Groups.Count} groups and at most {study.TrialsAtMost} trials");
                return ExitCodes.Done;
            }

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
