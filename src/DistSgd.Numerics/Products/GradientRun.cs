using System.Runtime.CompilerServices;

namespace DistSgd.Numerics.Products;

/// <summary>Memory for the tiles of a gradient: a whole gradient, or scratch memory that every tile uses in turn.</summary>
/// <param name="memory">First element: of a flat gradient, or of <see cref="PanelGradient.TileLength"/> floats of scratch.</param>
/// <param name="isScratch">True for scratch memory.</param>
public readonly unsafe struct TilePlace(float* memory, bool isScratch)
{
    private readonly float* _memory = memory;
    private readonly nint _follows = isScratch ? 0 : 1;

    /// <summary>False for the default value, which is no place.</summary>
    public bool Exists
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => _memory != null;
    }

    /// <summary>Address of a tile.</summary>
    /// <param name="offset">Place of the tile in a flat gradient.</param>
    /// <returns>Address of its first element.</returns>
    /// <remarks>Always inlined: a call in a kernel would push every vector register to memory.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public float* At(nint offset) => _memory + (offset * _follows);
}

/// <summary>
/// A run of examples of one slice, and what becomes of their summed gradient: it continues, completes the slice, joins sums made before.
/// </summary>
/// <remarks>The runs of a block are carried out tile by tile, all of them for one tile before the next tile.</remarks>
public unsafe struct GradientRun
{
    /// <summary>First row of the run in the block.</summary>
    public int FirstRow;

    /// <summary>Number of rows, at least 1.</summary>
    public int Rows;

    /// <summary>The sum over earlier rows of the slice; none where the slice starts here.</summary>
    public TilePlace Start;

    /// <summary>Squares of the finished slice on their way to <see cref="SquareSums"/>, one sum a column of a panel; null while it goes on.</summary>
    public float* Squares;

    /// <summary>The sums of squares, one a column of a panel, that the finished slice adds to.</summary>
    public double* SquareSums;

    /// <summary>First of the sums that the finished slice is added to, in this order.</summary>
    public TilePlace* Sums;

    /// <summary>End of <see cref="Sums"/>.</summary>
    public TilePlace* SumsEnd;

    /// <summary>
    /// Number of runs right before it whose results it alone takes, by the first of <see cref="Sums"/>: with it they are a complete
    /// subtree of whole slices. 1 makes two siblings, 3 makes four slices.
    /// </summary>
    public int Subtree;

    /// <summary>Where the result goes.</summary>
    public TilePlace Target;
}
