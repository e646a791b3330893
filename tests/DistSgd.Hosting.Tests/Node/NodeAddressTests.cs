using System.Net;
using System.Net.Sockets;
using DistSgd.Hosting.Node;
using DistSgd.Hosting.Tests.Runs;
using DistSgd.Learning;
using DistSgd.Testing.Hosts;
using DistSgd.Testing.Hosts.Nodes;

namespace DistSgd.Hosting.Tests.Node;

public sealed class NodeAddressTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("127.0.0.1:7117")]
    [InlineData("localhost:0")]
    [InlineData("node-3.example.org:65535")]
    [InlineData("[::1]:7117")]
    [InlineData("unix:/tmp/a.sock")]
    public void An_address_reads_like_it_was_written(string text) => NodeAddress.Parse(text, "--listen").ToString().ShouldBe(text);

    [Theory]
    [InlineData("")]
    [InlineData("7117")]
    [InlineData(":7117")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("localhost:1e3")]
    [InlineData("local host:1")]
    [InlineData("unix:")]
    public void What_is_no_address_is_refused_with_the_option_that_gave_it(string text) =>
        Should.Throw<InputException>(() => NodeAddress.Parse(text, "--listen")).Message
            .ShouldBe($"--listen: '{text}' is no address; expected unix:PATH or HOST:PORT with a port from 0 to 65535.");

    [Fact]
    public void A_path_that_is_too_long_for_a_socket_is_refused()
    {
        string path = "/" + new string('ä', 60);
        Should.Throw<InputException>(() => NodeAddress.Parse("unix:" + path, "--listen")).Message
            .ShouldBe($"unix:{path}: the path of the socket, {path}, has 121 bytes; expected at most 100.");
    }

    [Theory]
    [InlineData("unix")]
    [InlineData("127.0.0.1:0")]
    [InlineData("localhost:0")]
    [InlineData("[::1]:0")]
    public void Who_listens_can_be_dialed_until_the_end(string text)
    {
        if (text.StartsWith('[') && !Socket.OSSupportsIPv6)
        {
            return;
        }

        NodeAddress wanted = text == "unix" ? Unix() : NodeAddress.Parse(text, "test");
        NodeListener listener = NodeListener.Open(wanted);
        using Socket dialing = listener.Address.Dial(Limited.Limit);
        using Socket accepted = Limited.Run(listener.Accept).ShouldNotBeNull();
        dialing.Send([42]).ShouldBe(1);
        byte[] received = new byte[2];
        accepted.Receive(received).ShouldBe(1);
        BackgroundWork waiting = Limited.Start(() => listener.Accept().ShouldBeNull(), "whoever accepts");
        listener.Dispose();
        waiting.Join();
        listener.Accept().ShouldBeNull();
        Should.Throw<SocketException>(() => listener.Address.Dial(Limited.Limit));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_address_that_is_taken_is_refused_and_whoever_has_it_keeps_it(bool unix)
    {
        using NodeListener first = NodeListener.Open(unix ? Unix() : NodePlaces.Tcp());
        Should.Throw<InputException>(() => NodeListener.Open(first.Address)).Message.ShouldBe($"Cannot listen at {first.Address}: "
            + "another program listens there already; choose another address, or end that program.");
        first.Address.Dial(Limited.Limit).Dispose();
    }

    [Fact]
    public void A_socket_that_a_killed_server_left_behind_is_replaced()
    {
        NodeAddress address = Unix();
        using (var killed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Whoever ends in good order takes its file along, if it finds it.
            killed.Bind(new UnixDomainSocketEndPoint(_directory["elsewhere"]));
            File.Move(_directory["elsewhere"], address.SocketPath!);
        }

        File.Exists(address.SocketPath).ShouldBeTrue();
        using NodeListener listener = NodeListener.Open(address);
        address.Dial(Limited.Limit).Dispose();
    }

    [Fact]
    public void A_file_that_is_no_socket_is_left_alone()
    {
        foreach (string content in (string[])["precious", ""])
        {
            string path = Path.Combine(_directory.Path, "notes.txt");
            File.WriteAllText(path, content);
            Should.Throw<InputException>(() => NodeListener.Open(NodeAddress.Unix(path))).Message
                .ShouldBe($"Cannot listen at unix:{path}: found a file that is no socket; choose another path.");
            File.ReadAllText(path).ShouldBe(content);
        }
    }

    [Fact]
    public void An_address_of_another_machine_is_refused() =>
        Should.Throw<InputException>(() => NodeListener.Open(NodeAddress.Parse("203.0.113.1:0", "test"))).Message
            .ShouldStartWith("Cannot listen at 203.0.113.1:0: ");

    [Fact]
    public void A_directory_that_is_not_there_is_refused()
    {
        string path = Path.Combine(_directory.Path, "no", "socket");
        Should.Throw<InputException>(() => NodeListener.Open(NodeAddress.Unix(path))).Message.ShouldStartWith($"Cannot listen at unix:{path}: ");
    }

    [Fact]
    public void Nobody_there_is_found_out_at_once()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0)); // has a port, and does not listen
        Should.Throw<SocketException>(() => NodeAddress.Parse(closed.LocalEndPoint!.ToString()!, "test").Dial(Limited.Limit))
            .SocketErrorCode.ShouldBe(SocketError.ConnectionRefused);
        Should.Throw<SocketException>(() => Unix().Dial(Limited.Limit));
    }

    [Fact]
    public void A_server_that_accepts_nobody_does_not_hold_up_those_who_dial()
    {
        NodeAddress address = Unix();
        using var frozen = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        frozen.Bind(new UnixDomainSocketEndPoint(address.SocketPath!));
        frozen.Listen(1);
        var dialed = new List<Socket>();
        Should.Throw<SocketException>(() => Limited.Run(
            () =>
            {
                for (int i = 0; i < 100; i++)
                {
                    dialed.Add(address.Dial(TimeSpan.FromMilliseconds(100)));
                }
            },
            "dialing"));
        dialed.ForEach(socket => socket.Dispose());
    }

    [Theory]
    [InlineData("0.0.0.0:7", "127.0.0.1:7")]
    [InlineData("[::]:7", "[::1]:7")]
    [InlineData("example.org:7", "example.org:7")]
    [InlineData("unix:/tmp/a.sock", "unix:/tmp/a.sock")]
    public void One_that_listens_everywhere_is_dialed_at_the_loopback_on_its_own_machine(string listening, string local)
    {
        NodeAddress.Parse(listening, "test").Local.ToString().ShouldBe(local);
        NodeAddress.Parse(listening, "test").LeavesPortOpen.ShouldBeFalse();
    }

    private NodeAddress Unix() => NodeAddress.Unix(Path.Combine(_directory.Path, "socket"));
}
