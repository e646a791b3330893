using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using DistSgd.Hosting.Node;
using DistSgd.Learning;
using DistSgd.Testing.Hosts;

namespace DistSgd.Hosting.Tests.Node;

public sealed class HealthEndpointTests : IDisposable
{
    private readonly HttpClient _http = new() { Timeout = Limited.Limit };
    private readonly string _address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{FreePort()}");
    private HealthReport _report = new("server", "server", "mnist-1", IsReady: true, Step: 120, Workers: 2);
    private bool _fails;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Health_is_told_as_json_and_readiness_by_the_status_too()
    {
        using HealthEndpoint endpoint = Open();
        (HttpStatusCode status, string body) = await Get("/healthz");
        status.ShouldBe(HttpStatusCode.OK);
        JsonNode json = JsonNode.Parse(body).ShouldNotBeNull();
        ((string?)json["role"], (string?)json["run"], (bool?)json["is_ready"], (long?)json["step"], (int?)json["workers"])
            .ShouldBe(("server", "mnist-1", true, 120L, 2));
        (await Get("/readyz")).Status.ShouldBe(HttpStatusCode.OK);
        _report = _report with { IsReady = false, Workers = 0 };
        (await Get("/readyz")).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await Get("/healthz")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Other_paths_are_not_found_and_say_which_are()
    {
        using HealthEndpoint endpoint = Open();
        foreach (string path in (string[])["/", "/health", "/healthz/", "/metrics"])
        {
            (HttpStatusCode status, string body) = await Get(path);
            status.ShouldBe(HttpStatusCode.NotFound, path);
            body.ShouldBe("{\"error\":\"expected /healthz or /readyz\"}");
        }
    }

    [Fact]
    public async Task Strange_requests_do_not_end_it()
    {
        using HealthEndpoint endpoint = Open();
        foreach (string request in (string[])
            [
                "HEAD /healthz HTTP/1.1\r\nHost: x\r\n\r\n", "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc",
                "GET http://[bad/ HTTP/1.1\r\n\r\n", "GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n", "DSGD\0\0\0\0", "GET", "\r\n\r\n\r\n", "",
                "GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
                $"GET /{new string('a', 100_000)} HTTP/1.1\r\nHost: x\r\n\r\n",
            ])
        {
            using Socket socket = Connect();
            try
            {
                socket.Send(Encoding.ASCII.GetBytes(request));
                socket.Shutdown(SocketShutdown.Send);
                byte[] rest = new byte[4096];
                while (await socket.ReceiveAsync(rest) > 0)
                {
                }
            }
            catch (SocketException)
            {
                // Hung up on.
            }
        }

        for (int i = 0; i < 20; i++)
        {
            using Socket impatient = Connect();
            impatient.Send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"u8);
            impatient.LingerState = new LingerOption(true, 0);
        }

        (await Get("/healthz")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_report_that_fails_once_does_not_end_it()
    {
        using HealthEndpoint endpoint = Open();
        _fails = true;
        (await Get("/healthz")).Status.ShouldBe(HttpStatusCode.InternalServerError);
        _fails = false;
        (await Get("/healthz")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task After_the_end_nobody_answers()
    {
        Open().Dispose();
        await Should.ThrowAsync<HttpRequestException>(() => Get("/healthz"));
    }

    [Fact]
    public void An_address_that_is_taken_is_refused()
    {
        using HealthEndpoint endpoint = Open();
        Should.Throw<InputException>(() => Open()).Message.ShouldStartWith($"--healthz: cannot listen at {_address}: ");
    }

    [Theory]
    [InlineData("8080")]
    [InlineData(":8080")]
    [InlineData("localhost:0")]
    [InlineData("localhost:70000")]
    [InlineData("a:b:1")]
    public void What_is_no_address_is_refused(string address) =>
        Should.Throw<InputException>(() => HealthEndpoint.Open(address, "--healthz", () => _report)).Message
            .ShouldBe($"--healthz: '{address}' is no address; expected HOST:PORT with a port from 1 to 65535.");

    private HealthEndpoint Open() =>
        HealthEndpoint.Open(_address, "--healthz", () => _fails ? throw new InvalidOperationException("a bug") : _report);

    private async Task<(HttpStatusCode Status, string Body)> Get(string path)
    {
        using HttpResponseMessage response = await _http.GetAsync(new Uri($"http://{_address}{path}"));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private Socket Connect()
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Connect(IPEndPoint.Parse(_address));
        return socket;
    }

    private static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
