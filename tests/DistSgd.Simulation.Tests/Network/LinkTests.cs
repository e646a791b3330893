using DistSgd.Simulation.Network;
using DistSgd.Simulation.World;

namespace DistSgd.Simulation.Tests.Network;

public sealed class LinkTests
{
    [Fact]
    public void What_a_cut_link_holds_arrives_in_order_once_it_is_mended()
    {
        var agenda = new Agenda();
        var link = new Link(agenda) { Latency = TimeSpan.FromMilliseconds(10), Bandwidth = 1e6 };
        var arrived = new List<int>();
        for (int i = 0; i < 3; i++)
        {
            int number = i;
            link.Carry(agenda.Now + link.TravelTime(1000), () => arrived.Add(number));
        }

        link.Block();
        while (agenda.Advance())
        {
        }

        arrived.ShouldBeEmpty();
        link.UnderWay.ShouldBe(3);
        link.Unblock();
        while (agenda.Advance())
        {
        }

        arrived.ShouldBe([0, 1, 2]);
        link.UnderWay.ShouldBe(0);
        agenda.Now.TotalMilliseconds.ShouldBe(21); // 10 and 1000 bytes to get there, and 10 again
    }
}
