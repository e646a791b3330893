using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using DistSgd.Hosting;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Evaluation;
using DistSgd.Learning.Models;
using DistSgd.Training.Checkpoints;
using DistSgd.Training.Config;

namespace DistSgd.Cli.Commands;

/// <summary><c>predict RUN INPUT</c>: a trained model on new data, one line for each example.</summary>
internal static class PredictCommand
{
    public static Command Create()
    {
        Argument<string> run = CommonOptions.Run();
        var input = new Argument<string>("INPUT") { Description = "CSV file with a header line, or IDX file of images (plain or .gz)." };
        Option<bool> json = CommonOptions.Json("Print JSON lines: one object for each example.");
        var command = new Command("predict", "Predict new data with a trained model, as CSV or JSON lines on standard output.")
        {
            run,
            input,
            json,
        };
        command.SetAction(parsed =>
        {
            using RunDirectory directory = CommonOptions.OpenRun(parsed.GetRequiredValue(run));
            Predict(directory, parsed.GetRequiredValue(input), parsed.GetValue(json));
            return ExitCodes.Done;
        });
        return command;
    }

    private static void Predict(RunDirectory directory, string input, bool json)
    {
        SavedModel model = ModelFile.ReadOf(directory);
        ModelDescription description = ModelDescription.Parse(model.ModelJson, directory.ModelPath);
        Examples examples = Load(input, description, directory);
        var evaluator = new BlockEvaluator(description.ToArchitecture(), new FeatureScaler(model.InputScale, model.InputShift));
        using var output = new StreamWriter(Console.OpenStandardOutput());
        var printer = new PredictionPrinter(output, description, json);
        printer.Begin();
        for (int start = 0; start < examples.Count; start += BlockEvaluator.BlockSize)
        {
            int[] rows = [.. Enumerable.Range(start, Math.Min(BlockEvaluator.BlockSize, examples.Count - start))];
            evaluator.Predict(model.Parameters, examples, rows);
            for (int r = 0; r < rows.Length; r++)
            {
                printer.Print(rows[r], evaluator.Output(r));
            }
        }
    }

    private static Examples Load(string path, ModelDescription model, RunDirectory directory)
    {
        if (IsText(path))
        {
            return model.FeatureNames is { } names
                ? CsvData.LoadFeatures(path, names)
                : CsvData.LoadFeatures(path, model.Inputs, ConfigReader.Load(directory.ConfigPath).Config.Data.LabelColumn);
        }

        IdxArray images = IdxFile.ReadImages(path);
        return images.Width == model.Inputs
            ? Examples.FromBytes(images.Width, images.Values, [])
            : throw new InputException($"{path}: an image has {images.Width} bytes; the model expects {model.Inputs} features.");
    }

    // An IDX file begins with two zero bytes, a compressed one with those of gzip; no CSV file does.
    private static bool IsText(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new InputException($"'{path}' is no name of a file; expected a CSV or IDX file.");
        }

        try
        {
            using FileStream file = File.OpenRead(path);
            int first = file.ReadByte();
            return first is not (0 or 0x1f);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            string found = Directory.Exists(path) ? "is a directory" : File.Exists(path) ? $"cannot be read ({e.Message.TrimEnd('.')})" : "no such file";
            throw new InputException($"{path}: {found}; expected a CSV or IDX file.", e);
        }
    }

    /// <summary>Writes predictions as CSV, or as one JSON object a line.</summary>
    private sealed class PredictionPrinter(TextWriter output, ModelDescription description, bool json)
    {
        private readonly double[] _values = new double[description.Classes > 0 ? description.Classes : description.Outputs];

        public void Begin()
        {
            if (!json)
            {
                string kind = description.Classes > 0 ? "p" : "y";
                IEnumerable<string> columns = Enumerable.Range(0, _values.Length).Select(i => Field(description.Classes > 0 ? $"{kind}_{ClassName(i)}" : $"{kind}_{i}"));
                output.WriteLine(string.Join(",", [.. (string[])(description.Classes > 0 ? ["index", "class"] : ["index"]), .. columns]));
            }
        }

        public void Print(int index, ReadOnlySpan<float> outputs)
        {
            Probabilities.Fill(description, outputs, _values);
            string? predicted = description.Classes > 0 ? ClassName(Losses.Predict(outputs)) : null;
            if (json)
            {
                object line = predicted is null ? new { index, values = _values } : new { index, @class = predicted, probabilities = _values };
                output.WriteLine(JsonSerializer.Serialize(line, OutputJson.Line));
                return;
            }

            string values = string.Join(",", _values.Select(v => v.ToString("G6", CultureInfo.InvariantCulture)));
            output.WriteLine(predicted is null ? $"{index},{values}" : $"{index},{Field(predicted)},{values}");
        }

        // Names of classes are the user's: one with a comma or a quote stands in quotes (RFC 4180).
        private static string Field(string text) =>
            text.AsSpan().ContainsAny(',', '"') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;

        private string ClassName(int index) => description.ClassNames?[index] ?? index.ToString(CultureInfo.InvariantCulture);
    }
}
