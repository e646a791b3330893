using DistSgd.Learning.Curvature;
using DistSgd.Learning.Noise;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire.Fields;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Training.Wire.Messages;

/// <summary>
/// MeasureCurvature: term, round, examples, kind, points, directions, index, payload; one frame for each vector of the request, in order.
/// </summary>
/// <remarks>
/// A gradient has one vector, a Hessian product two (parameters, direction), losses have origin, directions and last the coordinates as
/// numbers [points, directions], activations and gradient tests one (parameters) and as many points as numbers are asked for. Where the mean goes is the sender's affair: the received request has a vector of the same length there.
/// </remarks>
internal sealed class CurvatureRequestInbox : Inbox
{
    private static readonly IntegerField RequestKind = new("kind", (int)Kind.Gradient, (int)Kind.GradientTests);

    private readonly ReusedVectors _reused = new();
    private readonly List<AlignedVector> _vectors = [];
    private AlignedVector? _mean;
    private Request _request;
    private int _index;
    private int _next;

    private enum Kind
    {
        Gradient = 1,
        HessianProduct = 2,
        Losses = 3,
        Activations = 4,
        GradientTests = 5,
    }

    public static int FrameCount(CurvatureRequest request) => Describe(0, 0, 1, request).Frames;

    /// <summary>Writes one frame.</summary>
    /// <returns>The vector that is its payload; null for the coordinates, which are <paramref name="numbers"/>.</returns>
    public static AlignedVector? Write(ref FieldWriter writer, MeasureCurvature message, int frame, out double[]? numbers)
    {
        Request described = Describe(message.Term, message.Round, message.Examples, message.Request);
        AlignedVector? vector = VectorOf(message.Request, frame);
        numbers = vector is null ? Coordinates((LossRequest)message.Request) : null;
        writer.Begin(8);
        writer.Write(Field.Term, described.Term);
        writer.Write(Field.Round, described.Round);
        writer.Write(Field.Examples, described.Examples);
        writer.Write(RequestKind, (int)described.Kind);
        writer.Write(Field.Points, described.Points);
        writer.Write(Field.Directions, described.Directions);
        writer.Write(Field.Index, frame);
        writer.WritePayload(vector?.Bytes.Length ?? numbers!.Length * sizeof(double));
        return vector;
    }

    public override VectorPlace Open(ref FieldReader reader, RunShape shape)
    {
        reader.Begin(8);
        var request = new Request(
            reader.ReadInt32(Field.Term),
            reader.ReadInt64(Field.Round),
            reader.ReadInt32(Field.Examples),
            (Kind)reader.ReadInt32(RequestKind),
            reader.ReadInt32(Field.Points),
            reader.ReadInt32(Field.Directions));
        _index = reader.ReadInt32(Field.Index);
        RequireNext(request);
        _request = request;
        bool isVector = _index < request.Vectors;
        PayloadKind kind = isVector ? PayloadKind.Float32 : PayloadKind.Float64;
        long count = isVector ? shape.VectorLength : (long)request.Points * request.Directions;
        CurvatureNumbers.RequireCount(FrameType.MeasureCurvature, isVector ? 0 : count);
        reader.ReadPayload(kind, count);
        return new VectorPlace(FrameType.MeasureCurvature, kind, (int)count, request.Term, request.Round, default, _index);
    }

    public override AlignedVector Vector(int length) => _reused.Take((_index, 0), _request.Term, _request.Round, length);

    public override object? Complete(AlignedVector? vector, ReadOnlySpan<double> numbers)
    {
        if (_index == 0)
        {
            _vectors.Clear();
        }

        if (vector is not null)
        {
            _vectors.Add(vector);
        }

        _next = _index + 1 == _request.Frames ? 0 : _index + 1;
        return _next > 0 ? null : new MeasureCurvature(_request.Term, _request.Round, _request.Examples, Build(numbers));
    }

    private CurvatureRequest Build(ReadOnlySpan<double> numbers)
    {
        AlignedVector first = _vectors[0];
        _mean = _mean?.Length == first.Length ? _mean : new AlignedVector(first.Length);
        switch (_request.Kind)
        {
            case Kind.Gradient: return new GradientRequest(first, _mean);
            case Kind.HessianProduct: return new HessianProductRequest(first, _vectors[1], _mean);
            case Kind.Activations: return new ActivationRequest(first, _request.Points);
            case Kind.GradientTests: return new GradientTestRequest(first);
            default:
                var coordinates = new double[_request.Points][];
                for (int p = 0; p < coordinates.Length; p++)
                {
                    coordinates[p] = numbers.Slice(p * _request.Directions, _request.Directions).ToArray();
                }

                return new LossRequest(first, [.. _vectors.Skip(1)], coordinates);
        }
    }

    private void RequireNext(Request request)
    {
        bool continues = _next > 0 && request == _request;
        if (_index >= request.Frames || _index != _next || (_next > 0 && !continues))
        {
            throw new WireException(
                WireProblem.OutOfPlace,
                $"{FrameType.MeasureCurvature}: found vector {_index} of {request.Frames} in round {request.Round}; expected vector {_next}"
                + (_next > 0 ? $" of {_request.Frames} in round {_request.Round}." : " of a new request."));
        }

        bool fits = request.Kind switch
        {
            Kind.Losses => true,
            Kind.Activations => request.Directions == 0,
            Kind.GradientTests => request.Points == GradientTests.Numbers && request.Directions == 0,
            _ => request.Points == 1 && request.Directions == 0,
        };
        if (!fits)
        {
            throw new WireException(
                WireProblem.BadField,
                $"{FrameType.MeasureCurvature}: found {request.Points} points and {request.Directions} directions; "
                + $"expected {(request.Kind == Kind.Activations ? "no directions" : request.Kind == Kind.GradientTests ? $"{GradientTests.Numbers} and 0" : "1 and 0")} for {request.Kind}.");
        }
    }

    private static Request Describe(int term, long round, int examples, CurvatureRequest request) => request switch
    {
        GradientRequest => new Request(term, round, examples, Kind.Gradient, 1, 0),
        HessianProductRequest => new Request(term, round, examples, Kind.HessianProduct, 1, 0),
        LossRequest losses => new Request(term, round, examples, Kind.Losses, losses.Points, losses.Directions.Count),
        ActivationRequest activations => new Request(term, round, examples, Kind.Activations, activations.Points, 0),
        GradientTestRequest tests => new Request(term, round, examples, Kind.GradientTests, tests.Points, 0),
        _ => throw new ArgumentException($"{request.GetType().Name} is no request of the protocol.", nameof(request)),
    };

    private static AlignedVector? VectorOf(CurvatureRequest request, int frame) => (request, frame) switch
    {
        (GradientRequest gradient, 0) => gradient.Parameters,
        (HessianProductRequest product, 0) => product.Parameters,
        (HessianProductRequest product, 1) => product.Direction,
        (ActivationRequest activations, 0) => activations.Parameters,
        (GradientTestRequest tests, 0) => tests.Parameters,
        (LossRequest losses, 0) => losses.Origin,
        (LossRequest losses, _) when frame <= losses.Directions.Count => losses.Directions[frame - 1],
        _ => null,
    };

    private static double[] Coordinates(LossRequest request)
    {
        int directions = request.Directions.Count;
        CurvatureNumbers.RequireCount(FrameType.MeasureCurvature, (long)request.Points * directions);
        var flat = new double[request.Points * directions];
        for (int p = 0; p < request.Points; p++)
        {
            request.Coordinates[p].AsSpan(0, directions).CopyTo(flat.AsSpan(p * directions));
        }

        return flat;
    }

    private readonly record struct Request(int Term, long Round, int Examples, Kind Kind, int Points, int Directions)
    {
        public int Vectors => Kind switch { Kind.Gradient or Kind.Activations or Kind.GradientTests => 1, Kind.HessianProduct => 2, _ => 1 + Directions };

        public int Frames => Kind == Kind.Losses ? Vectors + 1 : Vectors;
    }
}

/// <summary>The limit of numbers in one payload.</summary>
internal static class CurvatureNumbers
{
    public static void RequireCount(FrameType type, long count)
    {
        if (count > WireLimits.NumbersPerFrameMax)
        {
            throw new WireException(
                WireProblem.TooLarge, $"{type}: found {count} numbers; expected at most {WireLimits.NumbersPerFrameMax}.");
        }
    }
}
