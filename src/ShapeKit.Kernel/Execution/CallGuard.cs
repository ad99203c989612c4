using System.ComponentModel;

namespace ShapeKit.Kernel.Execution;

/// <summary>Stands in compiled cells where a method has a <see cref="CellEngine.Preconditions">precondition</see>.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class CallGuard
{
    /// <summary>Called in place of such a method; an extension, so that the object stays where it is, also after <c>?.</c>.</summary>
    /// <param name="left">The method's object or first argument.</param>
    /// <param name="right">The argument after it.</param>
    /// <param name="method">The method's full name.</param>
    /// <param name="call">Calls the method.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static TResult Before<TLeft, TRight, TResult>(this TLeft left, TRight right, string method, Func<TLeft, TRight, TResult> call)
    {
        CellEngine.Preconditions[method](left, right);
        return call(left, right);
    }
}
