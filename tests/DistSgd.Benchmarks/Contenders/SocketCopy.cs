using System.Net.Sockets;
using DistSgd.Benchmarks.Measuring;

namespace DistSgd.Benchmarks.Contenders;

/// <summary>Sends bytes through a Unix socket to a thread that answers with one byte when it has them all.</summary>
internal sealed class SocketCopy : IContender
{
    private const int BufferBytes = 4 << 20;

    private readonly Socket _sender;
    private readonly Socket _receiver;
    private readonly byte[] _sent;
    private readonly byte[] _received;
    private readonly Loop _loop;

    /// <summary>Connects both threads.</summary>
    /// <param name="bytes">Bytes that are sent each time.</param>
    public SocketCopy(int bytes)
    {
        _sent = new byte[bytes];
        _received = new byte[bytes];
        (_sender, _receiver) = SocketPair.Connect();
        _sender.SendBufferSize = BufferBytes;
        new Thread(Answer) { IsBackground = true }.Start();
        _loop = new Loop(Name, Exchange);
    }

    /// <inheritdoc/>
    public string Name => "Unix socket";

    /// <inheritdoc/>
    public double Run(int steps) => _loop.Run(steps);

    /// <inheritdoc/>
    public void Dispose()
    {
        _sender.Dispose();
        _receiver.Dispose();
    }

    private void Exchange()
    {
        for (int at = 0; at < _sent.Length;)
        {
            at += _sender.Send(_sent.AsSpan(at));
        }

        Span<byte> answer = stackalloc byte[1];
        _sender.Receive(answer);
    }

    private void Answer()
    {
        try
        {
            while (true)
            {
                for (int at = 0; at < _received.Length;)
                {
                    int count = _receiver.Receive(_received.AsSpan(at));
                    if (count == 0)
                    {
                        return;
                    }

                    at += count;
                }

                _receiver.Send(_received.AsSpan(0, 1));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The measurement is over.
        }
    }
}
