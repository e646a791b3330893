using DistSgd.Hosting.InProcess;
using DistSgd.Hosting.Mailbox;
using DistSgd.Monitoring.Events;
using DistSgd.Training.Actors;

namespace DistSgd.Hosting.Tests.Mailbox;

public class MailboxLoopTests
{
    private static readonly ActorId A = new("a");
    private static readonly ActorId B = new("b");

    private readonly ManualClock _clock = new();
    private readonly List<TrainingEvent> _events = [];
    private readonly RecordingTransport _transport = new();

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void Messages_between_two_actors_arrive_in_order(int helpers)
    {
        var received = new List<int>();
        using MailboxLoop loop = Loop(helpers);
        loop.Add(A, new Actor((message, context) =>
        {
            for (int i = 0; i < 100; i++)
            {
                context.Send(B, i);
            }
        }));
        loop.Add(B, new Actor((message, context) =>
        {
            received.Add((int)message);
            if (received.Count == 100)
            {
                context.Stop();
            }
        }));
        loop.Post(A, "go");
        loop.Run();
        received.ShouldBe(Enumerable.Range(0, 100));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    public void Finished_work_comes_back_to_its_actor_as_a_message(int helpers)
    {
        var finished = new List<Square>();
        using MailboxLoop loop = Loop(helpers);
        loop.Add(A, new Actor((message, context) =>
        {
            if (message is Square square)
            {
                finished.Add(square);
                if (finished.Count == 50)
                {
                    context.Stop();
                }

                return;
            }

            for (int i = 0; i < 50; i++)
            {
                context.Compute(new Square(i));
            }
        }));
        loop.Post(A, "go");
        loop.Run();
        finished.OrderBy(s => s.Root).Select(s => s.Result).ShouldBe(Enumerable.Range(0, 50).Select(i => i * i));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void An_exception_in_a_computation_ends_the_run_with_that_exception(int helpers)
    {
        using MailboxLoop loop = Loop(helpers);
        loop.Add(A, new Actor((_, context) => context.Compute(new Failing())));
        loop.Post(A, "go");
        Should.Throw<IOException>(loop.Run).Message.ShouldBe("no space left");
    }

    [Fact]
    public void Timers_fire_in_order_of_time_and_not_before_it()
    {
        var fired = new List<(object Message, DateTimeOffset At)>();
        DateTimeOffset start = _clock.GetUtcNow();
        using MailboxLoop loop = Loop(0);
        loop.Add(A, new Actor((message, context) =>
        {
            switch (message)
            {
                case "go":
                    context.StartTimer(TimeSpan.FromSeconds(3), "late");
                    context.StartTimer(TimeSpan.FromSeconds(1), "early");
                    context.Compute(new Advancing(_clock));
                    break;
                case Advancing again:
                    context.Compute(again);
                    break;
                default:
                    fired.Add((message, context.Now));
                    if (message is "late")
                    {
                        context.Stop();
                    }

                    break;
            }
        }));
        loop.Post(A, "go");
        loop.Run();
        fired.ShouldBe([("early", start.AddSeconds(1)), ("late", start.AddSeconds(3))]);
    }

    [Fact]
    public void A_message_from_another_thread_wakes_a_loop_that_waits()
    {
        using MailboxLoop loop = Loop(1);
        loop.Add(A, new Actor((_, context) => context.Stop()));
        var thread = new Thread(loop.Run);
        thread.Start();
        Thread.Sleep(50);
        loop.Post(A, "stop");
        thread.Join(TimeSpan.FromSeconds(10)).ShouldBeTrue();
    }

    [Fact]
    public void Messages_that_wait_when_an_actor_stops_the_run_are_still_delivered()
    {
        var received = new List<object>();
        using MailboxLoop loop = Loop(0);
        loop.Add(A, new Actor((_, context) =>
        {
            context.Send(B, 1);
            context.Stop();
            context.Send(B, 2);
        }));
        loop.Add(B, new Actor((message, _) => received.Add(message)));
        loop.Post(A, "go");
        loop.Run();
        received.ShouldBe([1, 2]);
    }

    [Fact]
    public void Messages_to_others_go_to_the_transport_and_events_to_the_log()
    {
        using MailboxLoop loop = Loop(0);
        var written = new Membership { Time = _clock.GetUtcNow(), Worker = "w", Change = MembershipChanges.Joined, Shards = [] };
        loop.Add(A, new Actor((_, context) =>
        {
            context.Send(new ActorId("elsewhere"), "hello");
            context.Emit(written);
            context.Stop();
        }));
        loop.Post(A, "go");
        loop.Run();
        _transport.Sent.ShouldBe([(A, new ActorId("elsewhere"), "hello")]);
        _events.ShouldBe([written]);
    }

    private MailboxLoop Loop(int helpers) => new(_clock, _transport, new HelpingExecutor(helpers), _events.Add);

    private sealed class Actor(Action<object, IActorContext> receive) : IActor
    {
        public void Receive(object message, IActorContext context) => receive(message, context);
    }

    private sealed class Square(int root) : IComputation
    {
        public int Root => root;

        public int Result { get; private set; }

        public void Run() => Result = root * root;
    }

    private sealed class Advancing(ManualClock clock) : IComputation
    {
        public void Run() => clock.Advance(TimeSpan.FromMilliseconds(500));
    }

    private sealed class Failing : IComputation
    {
        public void Run() => throw new IOException("no space left");
    }

    private sealed class RecordingTransport : ITransport
    {
        public List<(ActorId Sender, ActorId Receiver, object Message)> Sent { get; } = [];

        public void Send(ActorId sender, ActorId receiver, object message) => Sent.Add((sender, receiver, message));
    }
}
