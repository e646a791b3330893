using DistSgd.Fuzz.Frames;
using DistSgd.Learning.Curvature;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Actors;
using DistSgd.Training.Config;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Tests.Wire.Frames;

public sealed class ReceivingTests
{
    private static readonly RunShape Shape = new(64, 4, GradientEncoding.Float32);

    private readonly FrameEncoder _encoder = new(Shape.Encoding);
    private readonly FrameDecoder _decoder = new() { Shape = Shape };
    private readonly HeadBuffer _buffer = new();

    [Fact]
    public void A_vector_is_sent_from_its_own_memory_and_received_into_that_of_the_last_step()
    {
        var sent = new StepStarted { Term = 1, Step = 1, Parameters = new AlignedVector(64) };
        EncodedFrame frame = _encoder.Encode(sent, 0, _buffer);
        frame.Payload.Equals((ReadOnlyMemory<byte>)sent.Parameters.Bytes).ShouldBeTrue();
        StepStarted first = Received<StepStarted>(sent);
        AlignedVector vector = first.Parameters;
        sent.Step = 2;
        StepStarted second = Received<StepStarted>(sent);
        second.ShouldBeSameAs(first);
        second.Parameters.ShouldBeSameAs(vector);
        second.Step.ShouldBe(2);
    }

    [Fact]
    public void A_repeated_message_leaves_the_first_one_alone()
    {
        StepStarted step = Received<StepStarted>(new StepStarted { Term = 1, Step = 1, Parameters = Filled(1) });
        StepStarted repeated = Received<StepStarted>(new StepStarted { Term = 1, Step = 1, Parameters = Filled(2) });
        repeated.ShouldNotBeSameAs(step);
        step.Parameters.Span.ToArray().ShouldAllBe(value => value == 1);
        GradientComputed gradient = Received<GradientComputed>(Gradient(1, new ShardRange(0, 2), 1));
        GradientComputed again = Received<GradientComputed>(Gradient(1, new ShardRange(0, 2), 2));
        again.Partials[0].ShouldNotBeSameAs(gradient.Partials[0]);
        gradient.Partials[0].Sum!.Span.ToArray().ShouldAllBe(value => value == 1);
    }

    [Fact]
    public void Gradients_of_unlike_ranges_have_objects_of_their_own()
    {
        GradientComputed left = Received<GradientComputed>(Gradient(1, new ShardRange(0, 2), 1));
        GradientComputed right = Received<GradientComputed>(Gradient(1, new ShardRange(2, 1), 2));
        left.Partials[0].Sum!.Span[0].ShouldBe(1);
        right.Partials[0].Sum!.Span[0].ShouldBe(2);
        Received<GradientComputed>(Gradient(2, new ShardRange(0, 2), 3)).ShouldBeSameAs(left);

        // Another assignment: the vectors of the old ranges are not kept.
        GradientComputed whole = Received<GradientComputed>(Gradient(3, new ShardRange(0, 4), 4));
        Received<GradientComputed>(Gradient(4, new ShardRange(0, 2), 5)).ShouldNotBeSameAs(left);
        whole.Partials[0].Sum!.Span[0].ShouldBe(4);
    }

    [Fact]
    public void An_exchanged_vector_is_the_servers_and_the_other_one_receives()
    {
        PartialGradient partial = Received<GradientComputed>(Gradient(1, new ShardRange(0, 4), 1)).Partials[0];
        AlignedVector kept = partial.Buffer, given = new(64);
        partial.Exchange(given);
        Received<GradientComputed>(Gradient(2, new ShardRange(0, 4), 2)).Partials[0].Sum.ShouldBeSameAs(given);
        kept.Span[0].ShouldBe(1);
        given.Span[0].ShouldBe(2);
    }

    [Fact]
    public void A_host_may_have_a_vector_of_its_own()
    {
        StepStarted first = Received<StepStarted>(new StepStarted { Term = 1, Step = 1, Parameters = Filled(1) });
        AlignedVector before = first.Parameters, own = new(64);
        EncodedFrame frame = _encoder.Encode(new StepStarted { Term = 1, Step = 2, Parameters = Filled(2) }, 0, _buffer);
        VectorPlace place = Open(frame);
        place.ShouldBe(new VectorPlace(FrameType.StepStarted, PayloadKind.Float32, 64, 1, 2));
        Should.Throw<InvalidOperationException>(() => _decoder.ReceiveInto(new AlignedVector(32)));
        _decoder.ReceiveInto(own);
        frame.Payload.CopyTo(_decoder.Free);
        _decoder.Advance(frame.Payload.Length);
        ((StepStarted)_decoder.Complete()!).Parameters.ShouldBeSameAs(own);
        own.Span[0].ShouldBe(2);
        before.Span[0].ShouldBe(1);
    }

    [Fact]
    public void Steps_and_gradients_allocate_nothing()
    {
        var step = new StepStarted { Term = 1, Parameters = Filled(1) };
        GradientComputed gradient = Gradient(0, new ShardRange(0, 4), 1);
        long least = long.MaxValue;
        for (int i = 0; i < 1000; i++)
        {
            // A collection that other tests cause rounds the thread's count up, so the best of many steps counts.
            long before = GC.GetAllocatedBytesForCurrentThread();
            step.Step = gradient.Step = i;
            PassOn(step);
            PassOn(gradient);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        least.ShouldBe(0);
    }

    [Fact]
    public void A_slice_that_is_not_finite_has_no_vector()
    {
        var partial = new PartialGradient(new ShardRange(1, 1), Filled(1));
        var slice = new SliceStatistics { Shard = 1, Examples = 2, LossSum = double.NaN, SquaredNorm = double.PositiveInfinity };
        partial.Add(slice, isSummed: false);
        var sent = new GradientComputed { Worker = ActorId.Worker(0), Term = 1, Step = 1, Partials = [partial] };
        _encoder.Encode(sent, 0, _buffer).Payload.Length.ShouldBe(0);
        PartialGradient received = Received<GradientComputed>(sent).Partials[0];
        received.Sum.ShouldBeNull();
        received.Slices[0].IsFinite.ShouldBeFalse();
        Received<GradientComputed>(Gradient(2, new ShardRange(1, 1), 3)).Partials[0].Sum!.Span[0].ShouldBe(3);
    }

    [Fact]
    public void A_sum_of_shards_does_not_travel_in_an_encoding_that_loses_digits()
    {
        GradientComputed gradient = Gradient(1, new ShardRange(0, 2), 1);
        Should.Throw<WireException>(() => new FrameEncoder(GradientEncoding.Bfloat16).Encode(gradient, 0, _buffer))
            .Problem.ShouldBe(WireProblem.BadField);
        _decoder.Shape = new RunShape(64, 4, GradientEncoding.Bfloat16);
        Should.Throw<WireException>(() => PassOn(gradient)).Message.ShouldContain("single shards");
    }

    [Fact]
    public void Vectors_of_a_curvature_request_come_in_order_and_of_one_round()
    {
        var request = new HessianProductRequest(Filled(1), Filled(2), new AlignedVector(64));
        byte[][] first = FrameBytes.Of(_encoder, new MeasureCurvature(1, 1, 9, request));
        byte[][] second = FrameBytes.Of(_encoder, new MeasureCurvature(1, 2, 9, request));
        Refused(first[1]).ShouldBe("MeasureCurvature: found vector 1 of 2 in round 1; expected vector 0 of a new request.");
        FrameBytes.TryDecode(_decoder, first[0], 64, out object? message).ShouldBeTrue();
        message.ShouldBeNull();
        Refused(second[1]).ShouldBe("MeasureCurvature: found vector 1 of 2 in round 2; expected vector 1 of 2 in round 1.");
        Refused(first[0]).ShouldBe("MeasureCurvature: found vector 0 of 2 in round 1; expected vector 1 of 2 in round 1.");
        // Signs of life may come in between.
        FrameBytes.TryDecode(_decoder, FrameBytes.Of(_encoder, new Ping(1))[0], 64, out message).ShouldBeTrue();
        message.ShouldBe(new Ping(1));
        FrameBytes.TryDecode(_decoder, first[1], 64, out message).ShouldBeTrue();
        ((HessianProductRequest)((MeasureCurvature)message!).Request).Direction.Span[0].ShouldBe(2);
    }

    [Fact]
    public void What_a_receiver_would_refuse_is_not_sent()
    {
        object[] messages =
        [
            new Hello("", NodeRole.Worker, ""),
            new Hello("two\nlines", NodeRole.Worker, ""),
            new Hello(new string('x', 257), NodeRole.Worker, ""),
            new Challenge(new byte[31]),
            new AssignShards(1, [1, 1]),
            new AssignShards(-1, [1]),
            new AssignShards(1, [1024]),
            new Refused(new string('x', 5000), true),
        ];
        foreach (object message in messages)
        {
            WireException refused = Should.Throw<WireException>(() => _encoder.Encode(message, 0, _buffer));
            refused.Problem.ShouldBe(WireProblem.BadField, message.ToString());
        }

        Should.Throw<ArgumentException>(() => _encoder.Encode("text", 0, _buffer));
    }

    private static AlignedVector Filled(float value)
    {
        var vector = new AlignedVector(64);
        vector.Span.Fill(value);
        return vector;
    }

    private static GradientComputed Gradient(long step, ShardRange range, float value)
    {
        var partial = new PartialGradient(range, Filled(value));
        partial.Add(new SliceStatistics { Shard = range.First, Examples = 2, Correct = 1, LossSum = 1, SquaredNorm = 1 }, isSummed: true);
        return new GradientComputed { Worker = ActorId.Worker(3), Term = 1, Step = step, Partials = [partial] };
    }

    private VectorPlace Open(EncodedFrame frame) =>
        _decoder.Open(FrameHeader.Read(frame.Start.Span), frame.Start.Span[FrameHeader.SizeBytes..]);

    private object? PassOn(object message)
    {
        EncodedFrame frame = _encoder.Encode(message, 0, _buffer);
        Open(frame);
        if (frame.Payload.Length > 0)
        {
            frame.Payload.Span.CopyTo(_decoder.Free.Span);
            _decoder.Advance(frame.Payload.Length);
        }

        return _decoder.Complete();
    }

    private TMessage Received<TMessage>(object message) => (TMessage)PassOn(message)!;

    private string Refused(byte[] frame) =>
        Should.Throw<WireException>(() => FrameBytes.TryDecode(_decoder, frame, 64, out _)).Message;
}
