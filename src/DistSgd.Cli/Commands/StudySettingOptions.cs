using System.CommandLine;
using System.CommandLine.Parsing;
using DistSgd.Learning.Landscapes;
using DistSgd.Learning.Landscapes.Descent;
using DistSgd.Studies;

namespace DistSgd.Cli.Commands;

/// <summary>The options that set a study, with their ranges.</summary>
internal sealed class StudySettingOptions
{
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

    private readonly Option<double?> _learningRate = NumberOptions.Real("--learning-rate", "Learning rate.", "above 0", value => value > 0);

    private readonly Option<double?> _momentum = NumberOptions.Real("--momentum", "Momentum.", "from 0 to below 1", value => value is >= 0 and < 1);

    private readonly Option<double?> _noise = NumberOptions.Real(
        "--noise", "Standard deviation of the noise on each element of the gradient.", "of at least 0", value => value >= 0);

    private readonly Option<int?> _steps = NumberOptions.Whole(
        "--steps", "Largest number of steps.", 1, DescentOptions.MostSteps);

    private readonly Option<double?> _conditionNumber = NumberOptions.Real(
        "--condition-number", "Condition number of the quadratic.",
        $"from 1 to {LandscapeRegistry.MostConditionNumber:G4}", value => value is >= 1 and <= LandscapeRegistry.MostConditionNumber);

    private readonly Option<ulong?> _seed = NumberOptions.Seed(new StudySettings().Seed);

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

    /// <summary>Whether a command line gives the seed, which <see cref="Read"/> fills in where it does not.</summary>
    /// <param name="parsed">The command line, free of errors.</param>
    /// <returns>True if it does.</returns>
    public bool HasSeed(ParseResult parsed) => parsed.GetValue(_seed) is not null;

    private static double[] Point(string text, ArgumentResult result)
    {
        string[] parts = text.Split(',');
        var point = new double[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!NumberOptions.TryParse(parts[i], out point[i]))
            {
                NumberOptions.AddError(result, text, "numbers with commas between them, for instance 0.5,-0.5");
                break;
            }
        }

        return point;
    }
}
