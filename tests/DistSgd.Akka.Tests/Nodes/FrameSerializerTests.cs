using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Serialization;
using DistSgd.Akka.Nodes;
using DistSgd.Fuzz.Frames;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Akka.Tests.Nodes;

/// <summary>What travels through Akka, and what does not.</summary>
public sealed class FrameSerializerTests : IDisposable
{
    private readonly ActorSystem _system = ActorSystem.Create("serializer", ClusterSettings.Common);

    private Serialization Serialization => _system.Serialization;

    public static TheoryData<object> Ours => new()
    {
        new FindServer("worker-7", 3),
        new ServerFound("run", "unix:/tmp/x"),
        new ServerFound("", "10.0.0.1:7118"),
        new Refused("not you", true),
    };

    [Theory]
    [MemberData(nameof(Ours))]
    public void Our_messages_travel_as_our_frames_under_their_names(object message)
    {
        FrameSerializer serializer = Serialization.FindSerializerFor(message).ShouldBeOfType<FrameSerializer>();
        serializer.Manifest(message).ShouldBe(message.GetType().Name);
        byte[] bytes = serializer.ToBinary(message);
        FrameHeader.Read(bytes).Type.ToString().ShouldBe(message.GetType().Name);
        Serialization.Deserialize(bytes, serializer.Identifier, serializer.Manifest(message)).ShouldBe(message);
    }

    [Fact]
    public void Objects_of_a_peers_choice_are_neither_sent_nor_made()
    {
        Should.Throw<SerializationException>(() => Serialization.Serialize(new Version(1, 2)));
        const int Json = 1; // Akka's number of the serializer that would make any object
        byte[] bytes = "{\"$type\":\"System.Version\"}"u8.ToArray();
        Should.Throw<SerializationException>(() => Serialization.Deserialize(bytes, Json, "System.Version, System.Private.CoreLib"));
    }

    [Fact]
    public void Vectors_and_oversize_fields_do_not_travel()
    {
        var serializer = new FrameSerializer((ExtendedActorSystem)_system);
        var step = new StepStarted { Term = 1, Step = 2, Parameters = new(16) };
        Should.Throw<ArgumentException>(() => serializer.ToBinary(step)).Message.ShouldContain("does not travel through Akka");
        Should.Throw<WireException>(() => serializer.ToBinary(new FindServer(new string('x', 300), 1)))
            .Message.ShouldContain("found 300 bytes; expected 1 to 256");
    }

    [Fact]
    public void Another_version_of_the_protocol_is_named()
    {
        var serializer = new FrameSerializer((ExtendedActorSystem)_system);
        byte[] bytes = serializer.ToBinary(new FindServer("w", 1));
        bytes[4]++;
        Should.Throw<SerializationException>(() => serializer.FromBinary(bytes, nameof(FindServer)))
            .Message.ShouldContain($"found version {FrameHeader.Version + 1} of the protocol; expected {FrameHeader.Version}");
    }

    [Fact]
    public void Damaged_frames_are_refused_whatever_is_damaged()
    {
        var serializer = new FrameSerializer((ExtendedActorSystem)_system);
        byte[] bytes = serializer.ToBinary(new ServerFound("run", "10.0.0.1:7118"));
        for (int at = 0; at < bytes.Length; at++)
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0x10;
            Should.Throw<SerializationException>(() => serializer.FromBinary(damaged, nameof(ServerFound)));
            Should.Throw<SerializationException>(() => serializer.FromBinary(bytes[..at], nameof(ServerFound)));
        }

        Should.Throw<SerializationException>(() => serializer.FromBinary(bytes, nameof(Refused)));
    }

    public void Dispose() => _system.Terminate().Wait();
}
