using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using DistSgd.Monitoring.Events;

namespace DistSgd.Hosting.Logging;

/// <summary>Reads events on another thread while those before are being used: a long log takes the longer of the two times instead of their sum.</summary>
public static class ReadAhead
{
    private const int BatchEvents = 512;
    private const int BatchesMax = 8;

    /// <summary>Hands out events in their order, some thousand of them read ahead.</summary>
    /// <param name="events">The events; enumerated on another thread.</param>
    /// <returns>The same events. What their reading throws is thrown here, after those that had been handed over before it.</returns>
    public static IEnumerable<TrainingEvent> Ahead(this IEnumerable<TrainingEvent> events)
    {
        ArgumentNullException.ThrowIfNull(events);
        using var batches = new BlockingCollection<IReadOnlyList<TrainingEvent>>(BatchesMax);
        using var stop = new CancellationTokenSource();
        ExceptionDispatchInfo? failure = null;
        Task reading = Task.Run(() =>
        {
            try
            {
                foreach (TrainingEvent[] batch in events.Chunk(BatchEvents))
                {
                    batches.Add(batch, stop.Token);
                }
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                // Nobody wants the rest.
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                batches.CompleteAdding();
            }
        });
        try
        {
            foreach (IReadOnlyList<TrainingEvent> batch in batches.GetConsumingEnumerable())
            {
                foreach (TrainingEvent trainingEvent in batch)
                {
                    yield return trainingEvent;
                }
            }

            failure?.Throw();
        }
        finally
        {
            stop.Cancel();
            reading.Wait();
        }
    }
}
