using DistSgd.Training.Actors;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Wire.Messages;

/// <summary>The fields of the messages without a payload, each in the order in which they travel.</summary>
internal static class PlainMessages
{
    private const string Nonce = "nonce";
    private const string Proof = "proof";

    public static void Write(ref FieldWriter writer, object message)
    {
        switch (message)
        {
            case Hello hello:
                writer.Begin(3);
                writer.Write(Field.Node, hello.Node);
                writer.Write(Field.Role, (int)hello.Role);
                writer.Write(Field.RunId, hello.RunId);
                break;
            case Challenge challenge:
                writer.Begin(1);
                writer.Write(Nonce, challenge.Nonce, WireLimits.NonceBytes);
                break;
            case ChallengeAnswer answer:
                writer.Begin(2);
                writer.Write(Nonce, answer.Nonce, WireLimits.NonceBytes);
                writer.Write(Proof, answer.Proof, WireLimits.ProofBytes);
                break;
            case Welcome welcome: Write(ref writer, welcome); break;
            case Refused refused:
                writer.Begin(2);
                writer.Write(Field.Reason, refused.Reason);
                writer.Write(Field.IsFinal, refused.IsFinal ? 1 : 0);
                break;
            case Ping ping: WriteOne(ref writer, Field.Number, ping.Number); break;
            case Pong pong: WriteOne(ref writer, Field.Number, pong.Number); break;
            case Leave leave: WriteOne(ref writer, Field.Reason, leave.Reason); break;
            case RunEnded ended: WriteOne(ref writer, Field.Outcome, ended.Outcome); break;
            case FindServer find:
                writer.Begin(2);
                writer.Write(Field.Node, find.Node);
                writer.Write(Field.Servers, find.Servers);
                break;
            case ServerFound found:
                writer.Begin(2);
                writer.Write(Field.RunId, found.RunId);
                writer.Write(Field.Address, found.Address);
                break;
            case Interrupt interrupt: WriteOne(ref writer, Field.Reason, interrupt.Reason); break;
            case WorkerJoined joined:
                writer.Begin(2);
                writer.Write(Field.Worker, joined.Worker.Name);
                writer.Write(Field.DataSha256, joined.DataSha256);
                break;
            case AssignShards assignment: Write(ref writer, assignment); break;
            default: throw new ArgumentException($"{message.GetType().Name} is no message of the protocol.", nameof(message));
        }
    }

    public static object Read(ref FieldReader reader) => reader.Type switch
    {
        FrameType.Hello => ReadHello(ref reader),
        FrameType.Challenge => ReadChallenge(ref reader),
        FrameType.ChallengeAnswer => ReadAnswer(ref reader),
        FrameType.Welcome => ReadWelcome(ref reader),
        FrameType.Refused => ReadRefused(ref reader),
        FrameType.Ping => new Ping(ReadOneNumber(ref reader, Field.Number)),
        FrameType.Pong => new Pong(ReadOneNumber(ref reader, Field.Number)),
        FrameType.Leave => new Leave(ReadOneText(ref reader, Field.Reason)),
        FrameType.RunEnded => new RunEnded(ReadOneText(ref reader, Field.Outcome)),
        FrameType.FindServer => ReadFind(ref reader),
        FrameType.ServerFound => ReadFound(ref reader),
        FrameType.Interrupt => new Interrupt(ReadOneText(ref reader, Field.Reason)),
        FrameType.WorkerJoined => ReadJoined(ref reader),
        FrameType.AssignShards => ReadAssignment(ref reader),
        FrameType.BlocksEvaluated => BlocksEvaluatedMessages.Read(ref reader),
        _ => throw new ArgumentException($"{reader.Type} is no message without payload.", nameof(reader)),
    };

    private static void WriteOne(ref FieldWriter writer, in TextField field, string value)
    {
        writer.Begin(1);
        writer.Write(field, value);
    }

    private static void WriteOne(ref FieldWriter writer, in IntegerField field, long value)
    {
        writer.Begin(1);
        writer.Write(field, value);
    }

    private static void Write(ref FieldWriter writer, Welcome welcome)
    {
        writer.Begin(7);
        writer.Write(Proof, welcome.Proof, WireLimits.ProofBytes);
        writer.Write(Field.Term, welcome.Term);
        writer.Write(Field.RunId, welcome.RunId);
        writer.Write(Field.ConfigYaml, welcome.ConfigYaml);
        writer.Write(Field.ConfigDigest, welcome.ConfigDigest);
        writer.Write(Field.DataSha256, welcome.DataSha256);
        writer.Write(Field.HeartbeatMs, welcome.HeartbeatMs);
    }

    private static void Write(ref FieldWriter writer, AssignShards assignment)
    {
        writer.Begin(2);
        writer.Write(Field.Term, assignment.Term);
        ShardLists.Write(ref writer, FrameType.AssignShards, assignment.Shards);
    }

    private static string ReadOneText(ref FieldReader reader, in TextField field)
    {
        reader.Begin(1);
        return reader.ReadText(field);
    }

    private static long ReadOneNumber(ref FieldReader reader, in IntegerField field)
    {
        reader.Begin(1);
        return reader.ReadInt64(field);
    }

    private static Hello ReadHello(ref FieldReader reader)
    {
        reader.Begin(3);
        return new Hello(reader.ReadText(Field.Node), (NodeRole)reader.ReadInt32(Field.Role), reader.ReadText(Field.RunId));
    }

    private static Refused ReadRefused(ref FieldReader reader)
    {
        reader.Begin(2);
        return new Refused(reader.ReadText(Field.Reason), reader.ReadInt32(Field.IsFinal) == 1);
    }

    private static Challenge ReadChallenge(ref FieldReader reader)
    {
        reader.Begin(1);
        return new Challenge(reader.ReadBytes(Nonce, WireLimits.NonceBytes));
    }

    private static ChallengeAnswer ReadAnswer(ref FieldReader reader)
    {
        reader.Begin(2);
        return new ChallengeAnswer(reader.ReadBytes(Nonce, WireLimits.NonceBytes), reader.ReadBytes(Proof, WireLimits.ProofBytes));
    }

    private static Welcome ReadWelcome(ref FieldReader reader)
    {
        reader.Begin(7);
        return new Welcome(
            reader.ReadBytes(Proof, WireLimits.ProofBytes),
            reader.ReadInt32(Field.Term),
            reader.ReadText(Field.RunId),
            reader.ReadText(Field.ConfigYaml),
            reader.ReadText(Field.ConfigDigest),
            reader.ReadText(Field.DataSha256),
            reader.ReadInt32(Field.HeartbeatMs));
    }

    private static FindServer ReadFind(ref FieldReader reader)
    {
        reader.Begin(2);
        return new FindServer(reader.ReadText(Field.Node), reader.ReadInt32(Field.Servers));
    }

    private static ServerFound ReadFound(ref FieldReader reader)
    {
        reader.Begin(2);
        return new ServerFound(reader.ReadText(Field.RunId), reader.ReadText(Field.Address));
    }

    private static WorkerJoined ReadJoined(ref FieldReader reader)
    {
        reader.Begin(2);
        return new WorkerJoined(new ActorId(reader.ReadText(Field.Worker)), reader.ReadText(Field.DataSha256));
    }

    private static AssignShards ReadAssignment(ref FieldReader reader)
    {
        reader.Begin(2);
        int term = reader.ReadInt32(Field.Term);
        return new AssignShards(term, ShardLists.Read(ref reader));
    }
}
