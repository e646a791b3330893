using DistSgd.Hosting.Node;
using DistSgd.Learning.Gradients;
using DistSgd.Numerics.Memory;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Hosting.Tests.Node;

/// <summary>Two connections that are the ends of one wire.</summary>
internal sealed class ConnectionPair : IDisposable
{
    private readonly SocketPair _sockets;

    public ConnectionPair(bool unix = true, TimeSpan? silence = null, TimeProvider? clock = null, int vectorLength = 16)
    {
        Shape = new RunShape(vectorLength, 4, GradientEncoding.Float32);
        _sockets = new SocketPair(unix);
        var limits = new ConnectionLimits(silence ?? TimeSpan.FromSeconds(60));
        Near = new NodeConnection(_sockets.Near, limits, clock ?? TimeProvider.System) { Decoder = { Shape = Shape } };
        Far = new NodeConnection(_sockets.Far, limits, clock ?? TimeProvider.System) { Decoder = { Shape = Shape } };
    }

    public RunShape Shape { get; }

    public NodeConnection Near { get; }

    public NodeConnection Far { get; }

    /// <summary>Sends a message with a vector.</summary>
    public static void Send(NodeConnection connection, object message) =>
        connection.Send(new FrameEncoder(GradientEncoding.Float32).Encode(message, 0, new HeadBuffer()));

    /// <summary>A vector with a number of its own at every place.</summary>
    public AlignedVector Vector(int seed)
    {
        var vector = new AlignedVector(Shape.VectorLength);
        for (int i = 0; i < vector.Length; i++)
        {
            vector.Span[i] = seed + (i * 0.5f);
        }

        return vector;
    }

    public void Dispose()
    {
        Near.Dispose();
        Far.Dispose();
    }
}
