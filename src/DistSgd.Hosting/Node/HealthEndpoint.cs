using System.Net;
using System.Text.Json;
using DistSgd.Hosting.Runs;
using DistSgd.Learning;

namespace DistSgd.Hosting.Node;

/// <summary>What a node says of itself over HTTP.</summary>
/// <param name="Role"><c>server</c> or <c>worker</c>.</param>
/// <param name="Name">Its name.</param>
/// <param name="Run">The run; empty while it is not known.</param>
/// <param name="IsReady">Whether it takes part: a server that has workers, a worker that has a server.</param>
/// <param name="Step">Completed steps; null if the node does not know.</param>
/// <param name="Workers">Workers that are connected; null at a worker.</param>
public sealed record HealthReport(string Role, string Name, string Run, bool IsReady, long? Step, int? Workers);

/// <summary>
/// Answers <c>GET /healthz</c> with 200 while the process works, and <c>GET /readyz</c> with 200 or 503 by whether it takes part in the run:
/// for load balancers, container engines and people.
/// </summary>
public sealed class HealthEndpoint : IDisposable
{
    private readonly HttpListener _listener = new();
    private readonly Func<HealthReport> _report;

    private HealthEndpoint(Func<HealthReport> report) => _report = report;

    /// <summary>Listens.</summary>
    /// <param name="address"><c>HOST:PORT</c>; the host <c>*</c> or <c>0.0.0.0</c> stands for all addresses of the machine.</param>
    /// <param name="option">What the user gave it as, for the message.</param>
    /// <param name="report">Says how the node is; called by other threads.</param>
    /// <returns>The endpoint, answering.</returns>
    /// <exception cref="InputException">It is no address, or taken.</exception>
    public static HealthEndpoint Open(string address, string option, Func<HealthReport> report)
    {
        ArgumentNullException.ThrowIfNull(address);
        string[] parts = address.Split(':');
        if (parts is not [{ Length: > 0 } host, _] || !ushort.TryParse(parts[1], out ushort port) || port == 0)
        {
            throw new InputException($"{option}: '{address}' is no address; expected HOST:PORT with a port from 1 to {ushort.MaxValue}.");
        }

        var endpoint = new HealthEndpoint(report);
        try
        {
            // The listener goes by the name that it was asked for, and people call this machine by either.
            string[] names = host switch
            {
                "0.0.0.0" => ["*"],
                "127.0.0.1" or "localhost" => ["127.0.0.1", "localhost"],
                _ => [host],
            };
            Array.ForEach(names, name => endpoint._listener.Prefixes.Add($"http://{name}:{port}/"));
            endpoint._listener.Start();
        }
        catch (Exception e) when (e is HttpListenerException or System.Net.Sockets.SocketException or ArgumentException)
        {
            endpoint.Dispose();
            throw new InputException($"{option}: cannot listen at {address}: {e.Message.TrimEnd('.')}.", e);
        }

        _ = endpoint.AnswerAsync();
        return endpoint;
    }

    /// <inheritdoc/>
    public void Dispose() => _listener.Close();

    private async Task AnswerAsync()
    {
        while (_listener.IsListening)
        {
            try
            {
                Answer(await _listener.GetContextAsync().ConfigureAwait(false));
            }
            catch (Exception e) when (e is HttpListenerException or InvalidOperationException or IOException)
            {
                // Closed, by us or by whoever asked.
            }
        }
    }

    private void Answer(HttpListenerContext context)
    {
        HealthReport report;
        try
        {
            report = _report();
        }
        catch (Exception)
        {
            // A node that cannot say how it is still has to answer the next time.
            context.Response.StatusCode = (int)HttpStatusCode.InternalServerError;
            context.Response.Close();
            return;
        }

        context.Response.StatusCode = context.Request.Url?.AbsolutePath switch
        {
            "/healthz" => (int)HttpStatusCode.OK,
            "/readyz" => (int)(report.IsReady ? HttpStatusCode.OK : HttpStatusCode.ServiceUnavailable),
            _ => (int)HttpStatusCode.NotFound,
        };
        context.Response.ContentType = "application/json";
        byte[] body = context.Response.StatusCode == (int)HttpStatusCode.NotFound
            ? "{\"error\":\"expected /healthz or /readyz\"}"u8.ToArray()
            : JsonSerializer.SerializeToUtf8Bytes(report, RunJson.Options);
        context.Response.Close(body, willBlock: false);
    }
}
