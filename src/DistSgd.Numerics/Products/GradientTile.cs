namespace DistSgd.Numerics.Products;

/// <summary>Operands of one register tile of a weight gradient: some inputs × one vector (or pair) of outputs.</summary>
internal unsafe struct GradientTile
{
    /// <summary>Input of the first example that the tile starts with; element (example n, input i) lies at A[n·ARow + i].</summary>
    public float* A;

    /// <summary>Floats from one example's inputs to the next one's.</summary>
    public nint ARow;

    /// <summary>Errors of the first example at the tile's outputs; element (example n, output j) lies at D[n·DRow + j].</summary>
    public float* D;

    /// <summary>Floats from one example's errors to the next one's.</summary>
    public nint DRow;

    /// <summary>Place of the tile in a flat gradient.</summary>
    public nint Offset;

    /// <summary>Floats from one input of the tile to the next, in a gradient and in scratch memory alike.</summary>
    public nint Row;

    /// <summary>First column of the tile within its panel.</summary>
    public int Column;

    /// <summary>Moves on to the next inputs.</summary>
    /// <param name="inputs">Number of inputs of this tile.</param>
    public void Advance(int inputs)
    {
        A += inputs;
        Offset += inputs * Row;
    }
}
