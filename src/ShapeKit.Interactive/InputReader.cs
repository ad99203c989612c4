using Microsoft.DotNet.Interactive;

namespace ShapeKit.Interactive;

/// <summary>The console's input in a cell: each line is asked for in the front end, and where nobody can answer there is none.</summary>
internal sealed class InputReader : TextReader
{
    public override string? ReadLine()
    {
        try
        {
            return Kernel.GetInputAsync().GetAwaiter().GetResult();
        }
        // The host throws it for every reason, and a NullReferenceException outside of cells.
        catch (Exception)
        {
            return null;
        }
    }
}
