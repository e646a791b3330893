using System.CommandLine;
using System.Globalization;
using System.Text.Json;
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
    public static Command Create()
    {
        Argument<string> run = CommonOptions.Run();
        var part = new Option<DataPart>("--part") { Description = "Part of the data.", DefaultValueFactory = _ => DataPart.Test, HelpName = "test|validation|training" };
        Option<bool> json = CommonOptions.Json();
        var command = new Command("evaluate", "Evaluate a trained model on its test set.") { run, part, json };
        command.SetAction(parsed =>
        {
            using RunDirectory directory = CommonOptions.OpenRun(parsed.GetRequiredValue(run));
            Print(Evaluate(directory, parsed.GetValue(part)), parsed.GetValue(part), parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static (EvaluationResult Result, bool IsClassifier) Evaluate(RunDirectory directory, DataPart part)
    {
        SavedModel model = ModelFile.ReadOf(directory);
        ModelDescription description = ModelDescription.Parse(model.ModelJson, directory.ModelPath);
        MlpArchitecture architecture = description.ToArchitecture();
        TrainingTask task = ConfigReader.Load(directory.ConfigPath).Use(
            config => TrainingTaskFactory.Create(config, DatasetLoader.Load(config, Console.Error.WriteLine)));
        // Another split of other examples would mix what was trained on with what was held back.
        if (description.DataSha256 is { } expected && expected != task.Data.Dataset.Sha256)
        {
            throw new InputException(
                $"{task.Data.Dataset.Name}: the data set has changed since the model was trained: "
                + $"found SHA-256 {task.Data.Dataset.Sha256}, expected {expected}. Put it back, or use predict for new data.");
        }

        if (task.Data.Count(part) == 0)
        {
            throw new InputException($"{directory.FullPath}: its data set has no {part.ToString().ToLowerInvariant()} examples.");
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
        string name = part.ToString().ToLowerInvariant();
        double? accuracy = found.IsClassifier ? result.Accuracy : null;
        if (json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(
                new { part = name, examples = result.Examples, loss = result.Loss, accuracy }, OutputJson.Options));
            return;
        }

        string right = accuracy is { } value ? string.Create(CultureInfo.InvariantCulture, $", accuracy {100 * value:F2} %") : "";
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: loss {result.Loss:F4}{right}, {result.Examples} examples"));
    }
}
