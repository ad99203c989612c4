namespace ShapeKit.Training;

/// <summary>Refuses options that are out of range.</summary>
internal static class OptionRange
{
    public static void Require(bool met, string name, object? value, string message)
    {
        if (!met)
        {
            throw new ArgumentOutOfRangeException(name, value, message);
        }
    }
}
