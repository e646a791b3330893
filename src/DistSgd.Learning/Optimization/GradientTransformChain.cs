using DistSgd.Learning.Models;

namespace DistSgd.Learning.Optimization;

/// <summary>Transforms applied one after the other; itself a transform, so chains nest.</summary>
public sealed class GradientTransformChain : IGradientTransform
{
    private readonly IGradientTransform[] _links;

    /// <summary>Joins transforms into a chain.</summary>
    /// <param name="links">The transforms in the order of their application.</param>
    public GradientTransformChain(params ReadOnlySpan<IGradientTransform> links)
    {
        _links = links.ToArray();
        Name = string.Join(" > ", _links.Select(link => link.Name));
    }

    /// <summary>The names of the links, first to last.</summary>
    public string Name { get; }

    /// <summary>The transforms in the order of their application.</summary>
    public IReadOnlyList<IGradientTransform> Links => _links;

    /// <summary>The slots of all links in chain order; a name that came before gets a number: <c>momentum</c>, <c>momentum_2</c>.</summary>
    public IReadOnlyList<OptimizerSlot> Slots { get; private set; } = [];

    /// <inheritdoc/>
    public void Init(ParameterLayout layout)
    {
        foreach (IGradientTransform link in _links)
        {
            link.Init(layout);
        }

        Slots = WithUniqueNames(_links.SelectMany(link => link.Slots));
    }

    /// <inheritdoc/>
    public void Update(in UpdateContext context, Span<float> update, Span<float> parameters, int offset)
    {
        foreach (IGradientTransform link in _links)
        {
            link.Update(context, update, parameters, offset);
        }
    }

    private static List<OptimizerSlot> WithUniqueNames(IEnumerable<OptimizerSlot> slots)
    {
        var unique = new List<OptimizerSlot>();
        var taken = new HashSet<string>();
        foreach (OptimizerSlot slot in slots)
        {
            string name = slot.Name;
            for (int number = 2; !taken.Add(name); number++)
            {
                name = $"{slot.Name}_{number}";
            }

            unique.Add(slot with { Name = name });
        }

        return unique;
    }
}
