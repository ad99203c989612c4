using ShapeKit.Generation;
using static TorchSharp.torch;

namespace ShapeKit.Training;

/// <summary>What the cells of a grid over a phantom show: what an encoder that learns to see is asked.</summary>
internal static class NoduleCells
{
    /// <summary>The place of a cell without a nodule; the loss leaves it out.</summary>
    public const long Nowhere = -100;

    /// <summary>
    /// The classes of each cell, <c>[N, 2, G, G]</c>, int64: what, 1 to 3 for a small, medium or large nodule near the cell, else 0;
    /// and where, 0 to 5 for its side and zone, else <see cref="Nowhere"/>.
    /// </summary>
    /// <param name="findings">The nodules of N images; of two near one cell the first counts.</param>
    /// <param name="grid">How many cells the grid has in each direction, G.</param>
    /// <param name="reach">How near, in millimetres, a nodule's centre lies to the cell's.</param>
    public static Tensor Classes(IReadOnlyList<IReadOnlyList<Finding>> findings, int grid, double reach)
    {
        double cell = PhantomGeneratorOptions.FieldOfViewMillimetres / grid;
        var classes = new long[findings.Count, 2, grid, grid];
        for (int i = 0; i < findings.Count; i++)
        {
            for (int row = 0; row < grid; row++)
            {
                for (int column = 0; column < grid; column++)
                {
                    (double x, double y) = ((column + 0.5) * cell, (row + 0.5) * cell);
                    Finding? near = findings[i].FirstOrDefault(finding => Distance(finding, x, y) < reach);
                    classes[i, 0, row, column] = near is null ? 0 : 1 + (int)near.Size;
                    classes[i, 1, row, column] = near is null ? Nowhere : ((int)near.Side * 3) + (int)near.Zone;
                }
            }
        }

        return tensor(classes);
    }

    private static double Distance(Finding finding, double x, double y)
    {
        (double dx, double dy) = (finding.XMillimetres - x, finding.YMillimetres - y);
        return Math.Sqrt((dx * dx) + (dy * dy));
    }
}
