using DistSgd.Learning.Models;
using DistSgd.Numerics.Memory;

namespace DistSgd.Learning.Optimization;

/// <summary>Transforms applied one after the other, in one pass over memory.</summary>
public sealed class GradientTransformChain
{
    private readonly IGradientTransform[] _links;
    private readonly UpdatePass _pass;
    private int _length = -1;

    /// <summary>Joins transforms into a chain.</summary>
    /// <param name="links">The transforms in the order of their application.</param>
    public GradientTransformChain(params ReadOnlySpan<IGradientTransform> links)
    {
        _links = links.ToArray();
        _pass = new UpdatePass(_links);
        Name = string.Join(" > ", _links.Select(link => link.Name));
    }

    /// <summary>The names of the links, first to last.</summary>
    public string Name { get; }

    /// <summary>The transforms in the order of their application.</summary>
    public IReadOnlyList<IGradientTransform> Links => _links;

    /// <summary>The slots of all links in chain order; a name that came before gets a number: <c>momentum</c>, <c>momentum_2</c>.</summary>
    public IReadOnlyList<OptimizerSlot> Slots { get; private set; } = [];

    /// <summary>Makes the state of all links, all zero; an earlier state is forgotten.</summary>
    /// <param name="layout">Layout of the gradients and parameters to come.</param>
    public void Init(ParameterLayout layout)
    {
        ArgumentNullException.ThrowIfNull(layout);
        _length = layout.Length;
        foreach (IGradientTransform link in _links)
        {
            link.Init(layout);
        }

        Slots = WithUniqueNames(_links.SelectMany(link => link.Slots));
    }

    /// <summary>Turns a mean gradient into the change of the parameters.</summary>
    /// <param name="context">The scalars of the step.</param>
    /// <param name="gradient">The mean gradient on entry, on return the change to add to the parameters.</param>
    /// <param name="parameters">The parameters, left as they are.</param>
    /// <returns>True if every element of the change is finite.</returns>
    /// <exception cref="ArgumentException">A vector is not of the layout that the state was made for.</exception>
    public bool Update(in UpdateContext context, AlignedVector gradient, AlignedVector parameters)
    {
        RequireLayout(gradient, parameters);
        return _pass.Run(context, gradient, examples: 1, parameters, addsToParameters: false);
    }

    /// <summary>Takes a whole step: the mean gradient is transformed and added to the parameters.</summary>
    /// <param name="context">The scalars of the step.</param>
    /// <param name="sum">The sum of the examples' gradients on entry, on return the new parameters: they take its place in memory,
    /// so that the old ones are still there if a new one is not finite.</param>
    /// <param name="examples">Number of examples, at least 1; the sum is divided by it.</param>
    /// <param name="parameters">The parameters, left as they are.</param>
    /// <returns>True if every new parameter is finite.</returns>
    /// <exception cref="ArgumentException">A vector is not of the layout that the state was made for.</exception>
    public bool Step(in UpdateContext context, AlignedVector sum, int examples, AlignedVector parameters)
    {
        RequireLayout(sum, parameters);
        ArgumentOutOfRangeException.ThrowIfLessThan(examples, 1);
        return _pass.Run(context, sum, examples, parameters, addsToParameters: true);
    }

    private void RequireLayout(AlignedVector gradient, AlignedVector parameters)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        ArgumentNullException.ThrowIfNull(parameters);
        if (gradient.Length != _length || parameters.Length != _length)
        {
            string expected = _length < 0 ? "the chain has not been initialised" : $"expected {_length}";
            throw new ArgumentException($"The gradient has {gradient.Length} and the parameters {parameters.Length} elements; {expected}.");
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
