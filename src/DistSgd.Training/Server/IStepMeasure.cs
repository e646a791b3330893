using DistSgd.Numerics.Memory;

namespace DistSgd.Training.Server;

/// <summary>Looks at a step whose update counts, while its vectors are there; it changes nothing.</summary>
public interface IStepMeasure
{
    /// <summary>The gradient, before it is transformed.</summary>
    /// <param name="sum">The summed gradient.</param>
    /// <param name="examples">Number of examples of the sum.</param>
    void Gradient(AlignedVector sum, int examples);

    /// <summary>The update.</summary>
    /// <param name="before">The parameters before it.</param>
    /// <param name="after">The parameters after it, all finite.</param>
    void Update(AlignedVector before, AlignedVector after);
}
