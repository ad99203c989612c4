using System.Collections;
using System.Globalization;
using System.Reflection;

namespace ShapeKit.Kernel.Display;

/// <summary>The items of a sequence that are shown, taken once: a lazy sequence may be slow, or another one the next time.</summary>
/// <param name="Items">The first items.</param>
/// <param name="Rest">How many there are beyond them, as a text; empty when that was all.</param>
internal sealed record FirstItems(IReadOnlyList<object?> Items, string Rest)
{
    public static FirstItems Of(IEnumerable sequence)
    {
        int most = RegisteredFormatters.MostItems;
        var items = new List<object?>();
        foreach (object? item in sequence)
        {
            ValueFormatter.ThrowIfStopping();
            if (items.Count == most)
            {
                return new FirstItems(
                    items,
                    Count(sequence) is { } count ? string.Create(CultureInfo.InvariantCulture, $"… {count - most:N0} more") : "… and more"
                );
            }

            items.Add(item);
        }

        return new FirstItems(items, "");
    }

    /// <summary>How many items a sequence has, where it knows without being run through.</summary>
    private static int? Count(IEnumerable sequence)
    {
        if (sequence is ICollection collection)
        {
            return collection.Count;
        }

        object?[] arguments = [sequence, 0];
        Type? typed = sequence
            .GetType()
            .GetInterfaces()
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IEnumerable<>));
        return
            typed is not null
            && (bool)
                typeof(Enumerable)
                    .GetMethod(nameof(Enumerable.TryGetNonEnumeratedCount))!
                    .MakeGenericMethod(typed.GenericTypeArguments)
                    .Invoke(null, BindingFlags.DoNotWrapExceptions, null, arguments, CultureInfo.InvariantCulture)!
            ? (int)arguments[1]!
            : null;
    }
}
