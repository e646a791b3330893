using DistSgd.Learning.Gradients;

namespace DistSgd.Training.Wire.Frames;

/// <summary>What the bytes of a payload are.</summary>
public enum PayloadKind
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>A vector of floats as they are.</summary>
    Float32,

    /// <summary>A vector of floats, each rounded to 16 bits.</summary>
    Bfloat16,

    /// <summary>Numbers in double precision that are no vector of the model: losses, coordinates.</summary>
    Float64,
}

/// <summary>What the payload of a frame is and what it belongs to, known as soon as the head is.</summary>
/// <param name="Type">The message.</param>
/// <param name="Kind">What the bytes are.</param>
/// <param name="Count">Number of floats or doubles.</param>
/// <param name="Term">Term of the server; 0 in messages without.</param>
/// <param name="Step">Step, or round of a curvature request; 0 in messages without.</param>
/// <param name="Range">Shards that a sum covers; none in other messages.</param>
/// <param name="Index">Which of the payloads of a curvature request it is.</param>
public readonly record struct VectorPlace(
    FrameType Type,
    PayloadKind Kind = PayloadKind.None,
    int Count = 0,
    int Term = 0,
    long Step = 0,
    ShardRange Range = default,
    int Index = 0)
{
    /// <summary>Number of bytes.</summary>
    public int Bytes => Count * BytesPerElement(Kind);

    /// <summary>True if the payload is a vector of the model.</summary>
    public bool IsVector => Kind is PayloadKind.Float32 or PayloadKind.Bfloat16;

    internal static int BytesPerElement(PayloadKind kind) => kind switch
    {
        PayloadKind.Float32 => sizeof(float),
        PayloadKind.Bfloat16 => sizeof(ushort),
        PayloadKind.Float64 => sizeof(double),
        _ => 0,
    };
}
