namespace ShapeKit.Kernel.Display;

internal static class ExceptionText
{
    /// <summary>The message without the native frames that libtorch appends to it.</summary>
    public static string Message(Exception exception)
    {
        try
        {
            return exception.Message.Split("\nException raised from ", 2)[0];
        }
        catch (Exception e)
        {
            return $"(it has no message: asked for one, it threw {e.GetType().Name})";
        }
    }
}
