using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Akka.Nodes;

/// <summary>Carries messages through Akka as frames of our own protocol; the manifest is the frame's type.</summary>
/// <remarks>The frame holds the version of the protocol, its limits and checksums: what is none of ours is refused before it is read.</remarks>
/// <param name="system">The actor system.</param>
public sealed class FrameSerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Its number in Akka's envelopes; part of the protocol.</summary>
    public const int Number = 1_947_001;

    /// <inheritdoc/>
    public override int Identifier => Number;

    /// <inheritdoc/>
    public override string Manifest(object o)
    {
        ArgumentNullException.ThrowIfNull(o);
        return o.GetType().Name;
    }

    /// <inheritdoc/>
    /// <exception cref="WireException">A field is beyond its limits.</exception>
    public override byte[] ToBinary(object obj)
    {
        var buffer = new HeadBuffer();
        EncodedFrame frame = new FrameEncoder(default).Encode(obj, 0, buffer);
        return frame.Payload.IsEmpty && FrameEncoder.FrameCount(obj) == 1 ? frame.Start.ToArray() : throw new ArgumentException(
            $"{obj.GetType().Name} has a vector, which does not travel through Akka.", nameof(obj));
    }

    /// <inheritdoc/>
    /// <exception cref="SerializationException">The bytes are no message of this version of the protocol.</exception>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        try
        {
            FrameHeader header = FrameHeader.Read(bytes);
            ReadOnlySpan<byte> head = bytes.AsSpan(FrameHeader.SizeBytes);
            if (manifest != header.Type.ToString() || head.Length != header.HeadBytes)
            {
                throw new SerializationException(
                    $"Found '{manifest}' with {header.Type} of {head.Length} bytes; expected one name for both, and {header.HeadBytes} bytes.");
            }

            var decoder = new FrameDecoder();
            decoder.Open(header, head);
            return decoder.Complete()!;
        }
        catch (WireException e)
        {
            throw new SerializationException(e.Message, e);
        }
    }
}

/// <summary>Stands where Akka would turn any object into JSON that names its type: refuses both ways.</summary>
/// <param name="system">The actor system.</param>
/// <param name="settings">Akka's settings of the serializer whose place it takes.</param>
public sealed class NoSerializer(ExtendedActorSystem system, Config settings) : Serializer(system)
{
    /// <summary>Akka's settings of the serializer whose place it takes; of no use here.</summary>
    public Config Settings => settings;

    /// <inheritdoc/>
    public override int Identifier => FrameSerializer.Number + 1;

    /// <inheritdoc/>
    public override bool IncludeManifest => false;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => throw new SerializationException($"{obj?.GetType().Name} does not travel through Akka.");

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, Type type) => throw new SerializationException("Objects of a peer's choice are not made.");
}
