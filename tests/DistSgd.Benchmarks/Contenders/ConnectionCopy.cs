using System.Net.Sockets;
using DistSgd.Benchmarks.Measuring;
using DistSgd.Hosting.Node;
using DistSgd.Training.Protocol;
using DistSgd.Training.Wire;
using DistSgd.Training.Wire.Frames;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>Sends a gradient through the connections of nodes to a thread that answers once it has received and checked it.</summary>
internal sealed class ConnectionCopy : IContender
{
    private readonly GradientComputed _message;
    private readonly FrameEncoder _encoder;
    private readonly HeadBuffer _head = new();
    private readonly NodeConnection _sender;
    private readonly NodeConnection _receiver;
    private readonly Thread _thread;
    private readonly Loop _loop;

    /// <summary>Connects the nodes.</summary>
    /// <param name="message">The gradient.</param>
    /// <param name="shape">Shape of its run.</param>
    public ConnectionCopy(GradientComputed message, RunShape shape)
    {
        _message = message;
        _encoder = new FrameEncoder(shape.Encoding);
        (Socket one, Socket other) = SocketPair.Connect();
        var limits = new ConnectionLimits(TimeSpan.FromSeconds(3));
        _sender = new NodeConnection(one, limits, TimeProvider.System);
        _receiver = new NodeConnection(other, limits, TimeProvider.System);
        _receiver.Decoder.Shape = shape;
        _thread = new Thread(Answer) { IsBackground = true };
        _thread.Start();
        _loop = new Loop(Name, Exchange);
    }

    /// <inheritdoc/>
    public string Name => "node";

    /// <inheritdoc/>
    public double Run(int steps) => _loop.Run(steps);

    /// <inheritdoc/>
    public void Dispose()
    {
        _sender.Dispose();
        _thread.Join();
        _receiver.Dispose();
    }

    private void Exchange()
    {
        _message.Step++; // the gradient of the same step again would be received into a vector of its own
        _sender.Send(_encoder.Encode(_message, 0, _head));
        while (_sender.Receive() is not Pong)
        {
            // A heartbeat of the other side.
        }
    }

    private void Answer()
    {
        try
        {
            while (true)
            {
                if (_receiver.Receive() is GradientComputed gradient)
                {
                    _receiver.Send(new Pong(gradient.Step));
                }
            }
        }
        catch (ConnectionLostException)
        {
            // The measurement is over.
        }
    }
}
