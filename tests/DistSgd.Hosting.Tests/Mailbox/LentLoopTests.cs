using System.Collections.Concurrent;
using DistSgd.Hosting.InProcess;
using DistSgd.Hosting.Mailbox;
using DistSgd.Testing.Hosts;
using DistSgd.Training.Actors;

namespace DistSgd.Hosting.Tests.Mailbox;

/// <summary>The loop without a thread of its own: whoever posts delivers.</summary>
public sealed class LentLoopTests
{
    private static readonly ActorId A = new("a");
    private static readonly ActorId B = new("b");

    [Fact]
    public void Whoever_posts_a_message_delivers_it_and_what_comes_of_it()
    {
        var threads = new List<Thread>();
        using MailboxLoop loop = Loop();
        loop.Add(A, new ScriptedActor((message, context) =>
        {
            threads.Add(Thread.CurrentThread);
            context.Send(B, message);
        }));
        loop.Add(B, new ScriptedActor((_, _) => threads.Add(Thread.CurrentThread)));
        loop.Post(A, "here");
        threads.ShouldBe([Thread.CurrentThread, Thread.CurrentThread]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void What_is_posted_before_the_loop_is_opened_waits_in_order(bool byRunning)
    {
        var received = new List<object>();
        using var loop = new MailboxLoop(TimeProvider.System, new NoTransport(), new HelpingExecutor(0), static _ => { }, isLent: true);
        loop.Add(A, new ScriptedActor((message, context) =>
        {
            received.Add(message);
            if (message is "last")
            {
                context.Stop();
            }
        }));
        loop.Post(A, "first");
        loop.Post(A, "last");
        received.ShouldBeEmpty();
        (byRunning ? (Action)loop.Run : loop.Open)();
        received.ShouldBe(["first", "last"]);
    }

    [Theory]
    [InlineData(2, 30_000)]
    [InlineData(8, 5_000)]
    public void Messages_of_many_threads_are_delivered_once_in_order_and_one_at_a_time(int posters, int each)
    {
        int inside = 0, collisions = 0, received = 0, computed = 0, outOfOrder = 0;
        int[] next = new int[posters];
        using MailboxLoop loop = Loop(new BackgroundExecutor());
        loop.Add(A, new ScriptedActor((message, context) =>
        {
            collisions += Interlocked.Increment(ref inside) == 1 ? 0 : 1;
            if (message is (int poster, int number))
            {
                outOfOrder += next[poster]++ == number ? 0 : 1;
                context.Send(B, message);
                if (number % 100 == 0)
                {
                    context.Compute(new Nothing());
                }
            }
            else
            {
                computed++;
            }

            Interlocked.Decrement(ref inside);
            if (received == posters * each && computed == posters * ((each + 99) / 100))
            {
                context.Send(B, "all");
            }
        }));
        loop.Add(B, new ScriptedActor((message, context) =>
        {
            received += message is string ? 0 : 1;
            if (received == posters * each && computed == posters * ((each + 99) / 100))
            {
                context.Stop();
            }
        }));
        var threads = Enumerable.Range(0, posters).Select(poster => new Thread(() =>
        {
            for (int number = 0; number < each; number++)
            {
                loop.Post(A, (poster, number));
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        Limited.Run(loop.Run, "the loop");
        threads.ForEach(thread => Limited.Join(thread, "a poster"));
        next.ShouldAllBe(count => count == each);
        (received, outOfOrder, collisions).ShouldBe((posters * each, 0, 0));
    }

    [Fact]
    public void The_end_is_handed_to_the_thread_that_runs_the_loop_and_nothing_is_delivered_after_it()
    {
        int received = 0;
        using MailboxLoop loop = Loop();
        loop.Add(A, new ScriptedActor((message, context) =>
        {
            received++;
            if (message is "stop")
            {
                context.Stop();
            }
        }));
        var run = new Thread(loop.Run);
        run.Start();
        loop.Post(A, "go");
        loop.Post(A, "stop");
        Limited.Join(run, "the loop");
        loop.Post(A, "late");
        received.ShouldBe(2);
    }

    [Fact]
    public void A_failure_on_a_thread_that_posts_is_handed_to_the_one_that_runs_the_loop()
    {
        var failure = new InvalidOperationException("a bug");
        int received = 0;
        using MailboxLoop loop = Loop();
        loop.Add(A, new ScriptedActor((message, _) =>
        {
            received++;
            throw failure;
        }));
        loop.ThrowIfFailed();
        loop.Post(A, "go"); // the socket's thread is not to blame
        loop.Post(A, "more");
        received.ShouldBe(1);
        Should.Throw<InvalidOperationException>(() => Limited.Run(loop.Run, "the loop")).ShouldBeSameAs(failure);
        Should.Throw<InvalidOperationException>(loop.ThrowIfFailed).ShouldBeSameAs(failure);
    }

    [Fact]
    public void A_failed_computation_of_another_thread_is_handed_to_the_one_that_runs_the_loop()
    {
        var failure = new IOException("no space left");
        using MailboxLoop loop = Loop(new BackgroundExecutor());
        loop.Add(A, new ScriptedActor((_, context) => context.Compute(new FailingWork(failure))));
        loop.Post(A, "go");
        Should.Throw<IOException>(() => Limited.Run(loop.Run, "the loop")).ShouldBeSameAs(failure);
    }

    [Fact]
    public void A_timer_wakes_the_thread_that_runs_the_loop_also_if_another_thread_started_it_before_a_later_one()
    {
        Thread? fired = null;
        using MailboxLoop loop = Loop();
        loop.Add(A, new ScriptedActor((message, context) =>
        {
            switch (message)
            {
                case TimeSpan delay: context.StartTimer(delay, "timer"); break;
                case "timer":
                    fired = Thread.CurrentThread;
                    context.Stop();
                    break;
            }
        }));
        loop.Post(A, TimeSpan.FromHours(1));
        var run = new Thread(loop.Run);
        run.Start();
        Limited.Until(() => run.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "the loop waits for its timer");
        loop.Post(A, TimeSpan.FromMilliseconds(10));
        Limited.Join(run, "the loop");
        fired.ShouldBeSameAs(run);
    }

    [Fact]
    public void A_timer_does_not_fire_before_its_time_whoever_looks()
    {
        var clock = new ManualClock();
        var received = new List<object>();
        using MailboxLoop loop = Loop(clock: clock);
        loop.Add(A, new ScriptedActor((message, context) =>
        {
            received.Add(message);
            if (message is "go")
            {
                context.StartTimer(TimeSpan.FromSeconds(2), "two");
                context.StartTimer(TimeSpan.FromSeconds(1), "one");
            }
        }));
        loop.Post(A, "go");
        clock.Advance(TimeSpan.FromSeconds(0.9));
        loop.Post(A, "early");
        clock.Advance(TimeSpan.FromSeconds(0.1));
        loop.Post(A, "on time");
        clock.Advance(TimeSpan.FromSeconds(5));
        loop.Post(A, "late");
        received.ShouldBe(["go", "early", "on time", "one", "late", "two"]);
    }

    [Fact]
    public void The_thread_that_runs_the_loop_does_not_spin_while_another_delivers_and_a_timer_is_due()
    {
        var clock = new CountingClock();
        ManualResetEventSlim held = new(), release = new();
        using MailboxLoop loop = Loop(clock: clock);
        loop.Add(A, new ScriptedActor((message, context) =>
        {
            switch (message)
            {
                case "go": context.StartTimer(TimeSpan.FromSeconds(1), "due"); break;
                case "hold":
                    held.Set();
                    release.Wait(Limited.Limit);
                    break;
                case "stop": context.Stop(); break;
            }
        }));
        loop.Post(A, "go");
        new Thread(() => loop.Post(A, "hold")).Start();
        held.Wait(Limited.Limit).ShouldBeTrue();
        clock.Advance(TimeSpan.FromSeconds(2));
        var run = new Thread(loop.Run);
        run.Start();
        run.Join(TimeSpan.FromMilliseconds(200)).ShouldBeFalse();
        int reads = clock.Reads;
        release.Set();
        loop.Post(A, "stop");
        Limited.Join(run, "the loop");
        reads.ShouldBeLessThan(4_000); // a few each millisecond; a loop that spins has read it a million times
    }

    [Fact]
    public void Posting_is_harmless_while_the_loop_ends_and_is_disposed()
    {
        var failures = new ConcurrentQueue<Exception>();
        for (int round = 0; round < 300; round++)
        {
            MailboxLoop loop = Loop();
            loop.Add(A, new ScriptedActor((message, context) =>
            {
                if (message is int number)
                {
                    context.StartTimer(TimeSpan.Zero, "timer");
                    if (number == 3)
                    {
                        context.Stop();
                    }
                }
            }));
            var posters = Enumerable.Range(0, 2).Select(_ => new Thread(() =>
            {
                try
                {
                    for (int i = 0; i < 20; i++)
                    {
                        loop.Post(A, i);
                    }
                }
                catch (Exception e)
                {
                    failures.Enqueue(e);
                }
            })).ToList();
            posters.ForEach(poster => poster.Start());
            Limited.Run(loop.Run, "the loop");
            loop.Dispose();
            posters.ForEach(poster => Limited.Join(poster, "a poster"));
        }

        failures.ShouldBeEmpty();
    }

    [Fact]
    public void A_message_to_an_actor_that_is_not_here_is_an_error_of_whoever_posts_it()
    {
        using MailboxLoop loop = Loop();
        Should.Throw<KeyNotFoundException>(() => loop.Post(B, "hello"));
    }

    private static MailboxLoop Loop(IExecutor? executor = null, TimeProvider? clock = null)
    {
        var loop = new MailboxLoop(
            clock ?? TimeProvider.System, new NoTransport(), executor ?? new HelpingExecutor(0), static _ => { }, isLent: true);
        loop.Open();
        return loop;
    }

    private sealed class CountingClock : TimeProvider
    {
        private readonly ManualClock _clock = new();
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public void Advance(TimeSpan by) => _clock.Advance(by);

        public override DateTimeOffset GetUtcNow()
        {
            Interlocked.Increment(ref _reads);
            return _clock.GetUtcNow();
        }
    }

    private sealed class Nothing : IComputation
    {
        public void Run()
        {
        }
    }

    private sealed class NoTransport : ITransport
    {
        public void Send(ActorId sender, ActorId receiver, object message) => throw new InvalidOperationException("nobody is elsewhere");
    }
}
