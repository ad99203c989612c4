namespace ShapeKit.Kernel.Display;

internal static class KnownTypes
{
    public static bool Fill(Dictionary<string, string> forms, object value) => false;
}
