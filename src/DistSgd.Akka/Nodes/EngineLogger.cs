using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;
using Serilog;
using Serilog.Core;
using LogEvent = Akka.Event.LogEvent;

namespace DistSgd.Akka.Nodes;

/// <summary>Serilog behind Akka's logging: what an actor system has to tell goes to the logger that was set up for it.</summary>
public sealed class EngineLogger : ReceiveActor, IRequiresMessageQueue<ILoggerMessageQueueSemantics>
{
    private readonly ILogger _log = Context.System.Settings.Setup.Get<EngineLogSetup>() is { HasValue: true } setup ? setup.Value.Log : Logger.None;

    /// <summary>Created by Akka.</summary>
    public EngineLogger()
    {
        Receive<LogEvent>(Write);
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
    }

    private void Write(LogEvent told) => _log.ForContext(Constants.SourceContextPropertyName, told.LogSource).Write(
        told.LogLevel() switch
        {
            LogLevel.ErrorLevel => Serilog.Events.LogEventLevel.Error,
            LogLevel.WarningLevel => Serilog.Events.LogEventLevel.Warning,
            LogLevel.InfoLevel => Serilog.Events.LogEventLevel.Information,
            _ => Serilog.Events.LogEventLevel.Debug,
        },
        told.Cause,
        "{Text:l}",
        told.Message?.ToString());
}

/// <summary>The logger of an actor system.</summary>
/// <param name="log">The logger.</param>
public sealed class EngineLogSetup(ILogger log) : global::Akka.Actor.Setup.Setup
{
    /// <summary>The logger.</summary>
    public ILogger Log => log;
}

/// <summary>Says nothing: standard output belongs to the run's result.</summary>
public sealed class NoLogger : MinimalLogger
{
    /// <inheritdoc/>
    protected override void Log(object message)
    {
        // Whoever wants to know has given --engine-log.
    }
}
