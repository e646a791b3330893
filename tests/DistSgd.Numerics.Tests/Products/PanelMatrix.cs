using DistSgd.Numerics.Memory;

namespace DistSgd.Numerics.Tests.Products;

/// <summary>Column panels, written down a second time: panels of 32 columns, the last one of 16 if the width is an odd multiple of 16.</summary>
internal static class PanelMatrix
{
    public static AlignedVector Pack(float[] rowMajor, int rows, int columns, int panelRows, float padding)
    {
        var panels = new AlignedVector(panelRows * columns);
        panels.Span.Fill(padding);
        foreach ((int row, int column, int index) in Places(rows, columns, panelRows))
        {
            panels.Span[index] = rowMajor[(row * columns) + column];
        }

        return panels;
    }

    public static float[] Unpack(ReadOnlySpan<float> panels, int rows, int columns)
    {
        var rowMajor = new float[rows * columns];
        foreach ((int row, int column, int index) in Places(rows, columns, rows))
        {
            rowMajor[(row * columns) + column] = panels[index];
        }

        return rowMajor;
    }

    private static IEnumerable<(int Row, int Column, int Index)> Places(int rows, int columns, int panelRows)
    {
        int start = 0;
        for (int left = 0; left < columns; left += 32)
        {
            int width = columns - left >= 32 ? 32 : 16;
            for (int row = 0; row < rows; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    yield return (row, left + column, start + (row * width) + column);
                }
            }

            start += panelRows * width;
        }
    }
}
