namespace ShapeKit;

/// <summary>
/// Calm colours that keep at least 3:1 contrast on white and on the editors' dark grey, and stay apart for colour-blind readers.
/// </summary>
internal static class Palette
{
    public const string Blue = "#2f7fc1";
    public const string Orange = "#cc7722";
    public const string Red = "#d6455d";
    public const string Green = "#2a9266";
    public const string Purple = "#8a6bc8";
    public const string Grey = "#808080";
    public const string Grid = "rgba(128,128,128,.22)";
    public const string Axis = "rgba(128,128,128,.6)";
    public const string Transparent = "rgba(0,0,0,0)";

    /// <summary>Colours for series without a meaning of their own, in this order.</summary>
    public static readonly string[] Series = [Blue, Orange, Green, Purple, Red, Grey];
}
