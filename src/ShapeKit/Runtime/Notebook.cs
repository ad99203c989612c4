namespace ShapeKit.Runtime;

/// <summary>Shows a value in the middle of a cell, in whichever program the code runs.</summary>
/// <remarks>A notebook engine sets <see cref="Display"/>; without one, values are written to the console.</remarks>
public static class Notebook
{
    /// <summary>Shows a value and returns an action that replaces it with a newer one; null where there is no notebook.</summary>
    public static Func<object, Action<object>>? Display { get; set; }

    /// <summary>
    /// Ends long work with an <see cref="OperationCanceledException"/> when the reader has stopped the cell; called at places where nothing
    /// is half done. A notebook engine sets it; without one, nobody stops anything.
    /// </summary>
    public static Action ThrowIfStopped
    {
        get;
        set => field = value ?? throw new ArgumentNullException(nameof(value));
    } = () => { };

    /// <summary>Shows a value: in the notebook where there is one, otherwise as a line of text on the console.</summary>
    /// <param name="value">What to show.</param>
    /// <returns>An action that replaces what is shown with a newer value; on the console it writes a further line.</returns>
    public static Action<object> Show(object value)
    {
        if (Display is { } display)
        {
            return display(value);
        }

        Console.WriteLine(value);
        return Console.WriteLine;
    }
}
