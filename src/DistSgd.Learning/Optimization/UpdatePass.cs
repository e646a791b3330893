using System.Numerics;
using DistSgd.Learning.Optimization.Transforms;
using DistSgd.Numerics.Memory;
using DistSgd.Numerics.Vectors;

namespace DistSgd.Learning.Optimization;

/// <summary>
/// Joins the rules that the links of a chain have for one step into a single rule, and carries that out in one pass over memory.
/// </summary>
/// <remarks>
/// Each link adds its rule to those before it and hands the longer rule on; after the last link the rule is run. The type of a rule
/// spells the whole chain out, so each chain gets a loop of its own when it is first met; later steps allocate nothing.
/// </remarks>
public sealed class UpdatePass
{
    private readonly IGradientTransform[] _links;
    private UpdateContext _context;
    private AlignedVector _update = new(0);
    private AlignedVector _parameters = new(0);
    private bool _addsToParameters;
    private bool _isFinite;
    private int _next;

    internal UpdatePass(IGradientTransform[] links) => _links = links;

    /// <summary>The scalars of the step.</summary>
    public ref readonly UpdateContext Context => ref _context;

    /// <summary>Where the state of a link begins, for its rule.</summary>
    /// <param name="state">A vector of the state.</param>
    /// <returns>The address of its first element; valid during the pass.</returns>
    /// <exception cref="ArgumentException">The state is of another layout than the update: another chain initialised the link since.</exception>
    public unsafe float* StateOf(AlignedVector state)
    {
        ArgumentNullException.ThrowIfNull(state);
        return state.Length == _update.Length
            ? state.Pointer
            : throw new ArgumentException($"The state of a transform has {state.Length} elements; expected {_update.Length}.");
    }

    /// <summary>Adds a rule to those of the links before and hands both on to the next link.</summary>
    /// <typeparam name="TBefore">The rule of the links before.</typeparam>
    /// <typeparam name="TRule">The rule to add.</typeparam>
    /// <param name="before">The rule of the links before.</param>
    /// <param name="rule">The rule to add.</param>
    public void Continue<TBefore, TRule>(TBefore before, TRule rule)
        where TBefore : struct, IUpdateRule
        where TRule : struct, IUpdateRule =>
        Continue(new Then<TBefore, TRule>(before, rule));

    /// <summary>Hands the rule of the links so far on to the next link; after the last one, runs it.</summary>
    /// <typeparam name="TRule">The rule.</typeparam>
    /// <param name="rule">The rule.</param>
    public void Continue<TRule>(TRule rule)
        where TRule : struct, IUpdateRule
    {
        if (_next < _links.Length)
        {
            _links[_next++].Extend(rule, this);
        }
        else if (_addsToParameters)
        {
            _isFinite = VectorUpdate.Run(new Then<TRule, AddToParameter>(rule, default), _update, _parameters);
        }
        else
        {
            _isFinite = VectorUpdate.Run(rule, _update, _parameters);
        }
    }

    /// <summary>Transforms a sum of gradients.</summary>
    /// <param name="context">The scalars of the step.</param>
    /// <param name="sum">The sum on entry; on return the update, or the new parameters.</param>
    /// <param name="examples">Number of examples of the sum.</param>
    /// <param name="parameters">The parameters, left as they are.</param>
    /// <param name="addsToParameters">True to give the new parameters, false to give the update.</param>
    /// <returns>True if every element of the result is finite.</returns>
    internal bool Run(in UpdateContext context, AlignedVector sum, int examples, AlignedVector parameters, bool addsToParameters)
    {
        _context = context;
        _update = sum;
        _parameters = parameters;
        _addsToParameters = addsToParameters;
        _next = 0;
        _isFinite = false;
        if (BitOperations.IsPow2(examples))
        {
            Continue(new Multiply(1f / examples)); // the bits of the division, which takes several times as long
        }
        else
        {
            Continue(new Divide(examples));
        }

        return _isFinite;
    }
}
