using System.Globalization;
using DistSgd.Learning;
using DistSgd.Learning.Models;
using DistSgd.Training.Checkpoints;

namespace DistSgd.Hosting.Runs;

/// <summary>
/// Checkpoints of one run as <c>step-N.safetensors</c> in a folder. <c>step-0</c> and the newest few are kept; older ones go only when
/// the new one is in place, so a crash or a full disk at any moment leaves a checkpoint to resume from.
/// </summary>
public sealed class CheckpointStore : ICheckpointStore
{
    private const string Prefix = "step-";
    private const string Extension = ".safetensors";

    /// <summary>Listings of the folder until what vanishes between listing and reading counts as missing.</summary>
    private const int ListingsMax = 5;

    private readonly string _directory;
    private readonly int _keep;
    private readonly Action<string> _warn;
    private readonly Func<string, Stream>? _open;

    /// <summary>Opens the store of a run; the folder is made with the first checkpoint.</summary>
    /// <param name="directory">The folder, <c>RUN/checkpoints</c>.</param>
    /// <param name="keep">Number of checkpoints kept beside <c>step-0</c>, at least 1.</param>
    /// <param name="warn">Is told of files that cannot be read or deleted, in whole sentences.</param>
    /// <param name="open">Opens the temporary file, see <see cref="AtomicFile"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">None would be kept.</exception>
    public CheckpointStore(string directory, int keep, Action<string> warn, Func<string, Stream>? open = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(keep, 1);
        ArgumentNullException.ThrowIfNull(warn);
        _directory = directory;
        _keep = keep;
        _warn = warn;
        _open = open;
    }

    /// <summary>Name of the file of a step.</summary>
    /// <param name="step">Number of completed steps.</param>
    /// <returns>The name, without its folder.</returns>
    public static string FileName(long step) => string.Create(CultureInfo.InvariantCulture, $"{Prefix}{step}{Extension}");

    /// <summary>The steps that a folder holds checkpoints of, whole or not.</summary>
    /// <param name="directory">The folder; it need not exist.</param>
    /// <returns>The steps, ascending.</returns>
    public static IReadOnlyList<long> Steps(string directory) => !Directory.Exists(directory) ? [] :
    [
        .. Directory.EnumerateFiles(directory, $"{Prefix}*{Extension}")
            .Select(path => Path.GetFileName(path)[Prefix.Length..^Extension.Length])
            .Select(digits => long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out long step) ? step : -1)
            .Where(step => step >= 0 && File.Exists(Path.Combine(directory, FileName(step))))
            .Order(),
    ];

    /// <inheritdoc/>
    public CheckpointReceipt Save(Checkpoint checkpoint)
    {
        ArgumentNullException.ThrowIfNull(checkpoint);
        string name = FileName(checkpoint.State.Step);
        try
        {
            Directory.CreateDirectory(_directory);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"Cannot write the checkpoint {name}: {e.Message}", e);
        }

        long bytes = AtomicFile.Write(Path.Combine(_directory, name), stream => CheckpointFile.Write(stream, checkpoint), _open);
        DeleteOlder(checkpoint.State.Step);
        return new CheckpointReceipt(name, bytes, ParametersHash.Compute(checkpoint.Layout, checkpoint.Parameters.Span));
    }

    /// <summary>
    /// Reads the newest checkpoint that is whole. Damaged ones are passed over with a warning; the caller starts anew if nothing is there.
    /// </summary>
    /// <param name="expected">Layout of the model of the config.</param>
    /// <returns>The checkpoint, or null if the folder holds none at all.</returns>
    /// <exception cref="InputException">All checkpoints are damaged, or the newest whole one is of another model.</exception>
    public Checkpoint? LoadNewest(ParameterLayout expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        IReadOnlyList<long> steps = [];
        bool hasVanished = true;
        for (int listing = 0; hasVanished && listing < ListingsMax; listing++)
        {
            hasVanished = false;
            steps = Steps(_directory);
            for (int i = steps.Count - 1; i >= 0 && !hasVanished; i--)
            {
                string path = Path.Combine(_directory, FileName(steps[i]));
                if (TryRead(path, steps[i]) is { } checkpoint)
                {
                    RequireLayout(checkpoint.Layout, expected, path);
                    return checkpoint;
                }

                // A run in training deletes old checkpoints for newer ones, which another listing shows.
                hasVanished = !File.Exists(path);
            }
        }

        return steps.Count == 0 ? null : throw new InputException(
            $"None of the {steps.Count} checkpoints in {_directory} can be read; the newest is {FileName(steps[^1])}.");
    }

    /// <summary>Reads the checkpoint of one step.</summary>
    /// <param name="step">Number of completed steps.</param>
    /// <param name="expected">Layout of the model of the config.</param>
    /// <returns>The checkpoint.</returns>
    /// <exception cref="InputException">There is none of that step, it is damaged, or it is of another model.</exception>
    public Checkpoint Load(long step, ParameterLayout expected)
    {
        ArgumentNullException.ThrowIfNull(expected);
        IReadOnlyList<long> steps = Steps(_directory);
        if (!steps.Contains(step))
        {
            string there = steps.Count == 0 ? "there is none at all" : $"there are those of steps {string.Join(", ", steps)} (training.keep_checkpoints says how many are kept)";
            throw new InputException($"{_directory} holds no checkpoint of step {step}; {there}.");
        }

        string path = Path.Combine(_directory, FileName(step));
        Checkpoint checkpoint = Read(path, step);
        RequireLayout(checkpoint.Layout, expected, path);
        return checkpoint;
    }

    private static void RequireLayout(ParameterLayout found, ParameterLayout expected, string path)
    {
        ParameterTensor[] foundTensors = [.. ParameterTensor.Of(found)];
        ParameterTensor[] expectedTensors = [.. ParameterTensor.Of(expected)];
        for (int i = 0; i < Math.Max(foundTensors.Length, expectedTensors.Length); i++)
        {
            string foundShape = i < foundTensors.Length ? ModelTensors.Text(foundTensors[i].Shape) : "no such tensor";
            string expectedShape = i < expectedTensors.Length ? ModelTensors.Text(expectedTensors[i].Shape) : "no such tensor";
            if (foundShape != expectedShape)
            {
                ParameterTensor tensor = i < foundTensors.Length ? foundTensors[i] : expectedTensors[i];
                throw new InputException(
                    $"{path} is a checkpoint of another model: tensor '{tensor.Name}': found {foundShape}, expected {expectedShape}.");
            }
        }
    }

    private static Checkpoint Read(string path, long step)
    {
        Checkpoint checkpoint = CheckpointFile.Read(path);
        return checkpoint.State.Step == step ? checkpoint : throw new InputException(
            $"{path} holds the state of step {checkpoint.State.Step}, expected {step}.");
    }

    private Checkpoint? TryRead(string path, long step)
    {
        try
        {
            return Read(path, step);
        }
        catch (Exception e) when (e is InputException or IOException)
        {
            if (File.Exists(path))
            {
                _warn($"{e.Message} The checkpoint before it is tried.");
            }

            return null;
        }
    }

    /// <summary>
    /// Deletes what the new checkpoint makes superfluous. Files of later steps stay: they belong to a future that a resume has dropped
    /// and that this run is about to write again.
    /// </summary>
    private void DeleteOlder(long newest)
    {
        IEnumerable<string> superfluous = Steps(_directory)
            .Where(step => step > 0 && step <= newest)
            .SkipLast(_keep)
            .Select(step => Path.Combine(_directory, FileName(step)))
            .Concat(Directory.EnumerateFiles(_directory, $"{Prefix}*{Extension}{AtomicFile.TemporarySuffix}"));
        foreach (string path in superfluous)
        {
            try
            {
                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _warn($"Cannot delete the old checkpoint {path}: {e.Message}");
            }
        }
    }
}
