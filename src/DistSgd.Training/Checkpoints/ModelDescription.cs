using System.Text.Json;
using System.Text.Json.Serialization;
using DistSgd.Learning;
using DistSgd.Learning.Data;
using DistSgd.Learning.Models;

namespace DistSgd.Training.Checkpoints;

/// <summary>What the tensors of a model file mean, as JSON in its metadata.</summary>
/// <param name="Inputs">Number of features.</param>
/// <param name="Hidden">Widths of the hidden layers.</param>
/// <param name="Outputs">Number of outputs.</param>
/// <param name="Activation">Activation of the hidden layers.</param>
/// <param name="Loss">The loss it was trained with.</param>
/// <param name="Classes">Number of classes, 0 for regression.</param>
/// <param name="ClassNames">Names of the classes where the data has them.</param>
/// <param name="FeatureNames">Names of the features where the data has them, in the order of the inputs.</param>
/// <param name="DataSha256">Digest of the data it was trained on.</param>
public sealed record ModelDescription(
    int Inputs,
    int[] Hidden,
    int Outputs,
    Activation Activation,
    LossKind Loss,
    int Classes,
    string[]? ClassNames,
    string[]? FeatureNames = null,
    string? DataSha256 = null)
{
    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.SnakeCaseLower) },
    };

    /// <summary>Describes a model.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="dataset">What it is trained on.</param>
    /// <returns>The description.</returns>
    public static ModelDescription Of(MlpArchitecture architecture, Dataset dataset)
    {
        ArgumentNullException.ThrowIfNull(architecture);
        ArgumentNullException.ThrowIfNull(dataset);
        return new ModelDescription(
            architecture.Inputs,
            [.. architecture.Hidden],
            architecture.Outputs,
            architecture.Activation,
            architecture.Loss,
            architecture.Classes,
            dataset.ClassNames is { } classes ? [.. classes] : null,
            dataset.FeatureNames is { } features ? [.. features] : null,
            dataset.Sha256);
    }

    /// <summary>Reads a description.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="file">The file it stands in, for the message.</param>
    /// <returns>The description.</returns>
    /// <exception cref="InputException">The JSON does not describe a model.</exception>
    public static ModelDescription Parse(string json, string file)
    {
        try
        {
            return JsonSerializer.Deserialize<ModelDescription>(json, Options)
                ?? throw new InputException($"{file}: the description of the model is null; expected a JSON object.");
        }
        catch (JsonException e)
        {
            throw new InputException($"{file}: the description of the model cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Writes the description.</summary>
    /// <returns>One line of JSON.</returns>
    public string ToJson() => JsonSerializer.Serialize(this, Options);

    /// <summary>The architecture that is described.</summary>
    /// <returns>The architecture.</returns>
    public MlpArchitecture ToArchitecture() => new(Inputs, Hidden, Outputs, Activation, Loss, Classes);
}
