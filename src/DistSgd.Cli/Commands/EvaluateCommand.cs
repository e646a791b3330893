using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using DistSgd.Cli.Views;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Models;
using DistSgd.Training;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary><c>evaluate RUN</c>: the trained model on a part of its data set.</summary>
internal static class EvaluateCommand
{
    private static readonly DataPart[] Parts = [DataPart.Test, DataPart.Validation, DataPart.Training];
    private static readonly string[] PartNames = [.. Parts.Select(Display.Part)];

    public static Command Create()
    {
        Argument<string> run = CommonOptions.Run();
        var part = new Option<string>("--part")
        {
            Description = "Part of the data.",
            DefaultValueFactory = _ => PartNames[0],
            HelpName = string.Join('|', PartNames),
        };
        part.Validators.Add(CheckPart);
        Option<bool> json = CommonOptions.Json();
        var command = new Command("evaluate", "Evaluate a trained model on its test set.") { run, part, json };
        command.SetAction(parsed =>
        {
            using RunDirectory directory = CommonOptions.OpenRun(parsed.GetRequiredValue(run));
            DataPart wanted = Parts[Array.IndexOf(PartNames, parsed.GetRequiredValue(part))];
            Print(Evaluate(directory, wanted), wanted, parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void CheckPart(OptionResult result)
    {
        if (result.Tokens is [{ Value: var found }] && !PartNames.Contains(found))
        {
            result.AddError($"--part: found '{found}'; expected {string.Join(", ", PartNames[..^1])} or {PartNames[^1]}.");
        }
    }

    private static (EvaluationResult Result, bool IsClassifier) Evaluate(RunDirectory directory, DataPart part)
    {
        SavedModel model = ModelFile.ReadOf(directory);
        ModelDescription description = ModelDescription.Parse(model.ModelJson, directory.ModelPath);
        MlpArchitecture architecture = description.ToArchitecture();
        TrainingTask task = ConfigReader.Load(directory.ConfigPath).Use(
            config => TrainingTaskFactory.Create(config, DatasetLoader.Load(config, CommonOptions.Notice)));
        // Another split of other examples would mix what was trained on with what was held back.
        if (description.DataSha256 is { } expected)
        {
            DatasetLoader.RequireUnchanged(
                task.Data.Dataset, expected, "the model was trained", "Put it back, or use predict for new data.");
        }

        if (task.Data.Count(part) == 0)
        {
            throw new InputException($"{directory.FullPath}: its data set has no {Display.Part(part)} examples.");
        }

        if (task.Architecture.Inputs != architecture.Inputs || task.Architecture.Outputs != architecture.Outputs)
        {
            throw new InputException(
                $"{directory.ModelPath}: the model maps {architecture.Inputs} features to {architecture.Outputs} outputs, "
                + $"the data set {task.Data.Dataset.Name} has {task.Architecture.Inputs} and {task.Architecture.Outputs}.");
        }

        (Examples set, int[] indices) = task.Data.Part(part);
        var evaluator = new BlockEvaluator(architecture, new FeatureScaler(model.InputScale, model.InputShift));
        return (evaluator.EvaluateAll(model.Parameters, set, indices), architecture.IsClassifier);
    }

    private static void Print((EvaluationResult Result, bool IsClassifier) found, DataPart part, bool json)
    {
        EvaluationResult result = found.Result;
        string name = Display.Part(part);
        double? accuracy = found.IsClassifier ? result.Accuracy : null;
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new { part = name, examples = result.Examples, loss = result.Loss, accuracy }, OutputJson.Options));
            return;
        }

        Console.Out.WriteLine($"{Display.Evaluation(name, result.Loss, accuracy)}, {Display.Count(result.Examples)} examples");
    }
}
