using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using DistSgd.Studies;

namespace DistSgd.Cli.Commands;

/// <summary>The options that set a study, with their ranges. Numbers have a decimal point, wherever the program runs.</summary>
internal sealed class StudySettingOptions
{
    private const int MostSteps = 10_000_000;

    private readonly Option<double[][]> _starts = new("--start")
    {
        Description = "Point to start from. May be repeated.",
        HelpName = "X,Y",
        AllowMultipleArgumentsPerToken = false,
        CustomParser = result => [.. result.Tokens.Select(token => Point(token.Value, result))],
    };

    private readonly Option<string[]> _optimizers = new("--optimizer")
    {
        Description = "Optimizer. May be repeated.",
        HelpName = "NAME",
        AllowMultipleArgumentsPerToken = false,
    };

    private readonly Option<double?> _learningRate = Number("--learning-rate", "Learning rate.", "above 0", value => value > 0);

    private readonly Option<double?> _momentum = Number("--momentum", "Momentum.", "from 0 to below 1", value => value is >= 0 and < 1);

    private readonly Option<double?> _noise = Number(
        "--noise", "Standard deviation of the noise on each element of the gradient.", "of at least 0", value => value >= 0);

    private readonly Option<int?> _steps = new("--steps")
    {
        Description = "Largest number of steps.",
        HelpName = "N",
        CustomParser = result => (int?)Parse(result, $"a whole number from 1 to {MostSteps}", value => value is >= 1 and <= MostSteps && value == Math.Floor(value)),
    };

    private readonly Option<double?> _conditionNumber = Number(
        "--condition-number", "Condition number of the quadratic.", "of at least 1", value => value >= 1);

    private readonly Option<ulong?> _seed = new("--seed")
    {
        Description = $"Seed of every random number. [default: {new StudySettings().Seed}]",
        HelpName = "N",
        CustomParser = ParseSeed,
    };

    /// <summary>All of them, for the command.</summary>
    public IEnumerable<Option> All => [_starts, _optimizers, _learningRate, _momentum, _noise, _steps, _conditionNumber, _seed];

    /// <summary>The settings that a command line gives.</summary>
    /// <param name="parsed">The command line, free of errors.</param>
    /// <returns>The settings.</returns>
    public StudySettings Read(ParseResult parsed) => new()
    {
        Seed = parsed.GetValue(_seed) ?? new StudySettings().Seed,
        Starts = parsed.GetValue(_starts) ?? [],
        Optimizers = parsed.GetValue(_optimizers) ?? [],
        LearningRate = parsed.GetValue(_learningRate),
        Momentum = parsed.GetValue(_momentum),
        Noise = parsed.GetValue(_noise),
        Steps = parsed.GetValue(_steps),
        ConditionNumber = parsed.GetValue(_conditionNumber),
    };

    private static Option<double?> Number(string name, string description, string range, Func<double, bool> isInRange) => new(name)
    {
        Description = description,
        HelpName = "X",
        CustomParser = result => Parse(result, $"a number {range}", isInRange),
    };

    private static double? Parse(ArgumentResult result, string expected, Func<double, bool> isInRange)
    {
        string text = result.Tokens[0].Value;
        if (TryParse(text, out double value) && isInRange(value))
        {
            return value;
        }

        result.AddError($"{NameOf(result)}: found '{text}'; expected {expected}.");
        return null;
    }

    private static double[] Point(string text, ArgumentResult result)
    {
        string[] parts = text.Split(',');
        var point = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!TryParse(parts[i], out point[i]))
            {
                result.AddError($"{NameOf(result)}: found '{text}'; expected numbers with commas between them, for instance 0.5,-0.5.");
                break;
            }
        }

        return point;
    }

    private static ulong? ParseSeed(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong seed))
        {
            return seed;
        }

        result.AddError($"{NameOf(result)}: found '{text}'; expected a whole number from 0 to {ulong.MaxValue}.");
        return null;
    }

    // Without thousands separators: 0,1 is two coordinates or a mistake, never 1.
    private static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float & ~NumberStyles.AllowTrailingWhite & ~NumberStyles.AllowLeadingWhite, CultureInfo.InvariantCulture, out value)
        && double.IsFinite(value);

    private static string NameOf(ArgumentResult result) => ((OptionResult)result.Parent!).Option.Name;
}
