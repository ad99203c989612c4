using System.Runtime.InteropServices;

namespace ShapeKit.Runtime;

/// <summary>Memory as a program that has run for a while hands it out: not zeros.</summary>
internal static class UsedMemory
{
    /// <summary>
    /// Fills memory of many sizes with NaN and frees it, so that the next blocks hold it: code that reads a cell which it never wrote
    /// gives NaN.
    /// </summary>
    public static unsafe void LeaveNaN()
    {
        const int blocks = 4,
            smallest = 256,
            largest = 1 << 16;
        void** held = stackalloc void*[blocks];
        for (int size = smallest; size <= largest; size *= 2)
        {
            for (int i = 0; i < blocks; i++)
            {
                held[i] = NativeMemory.Alloc((nuint)size);
                new Span<float>(held[i], size / sizeof(float)).Fill(float.NaN);
            }

            for (int i = 0; i < blocks; i++)
            {
                NativeMemory.Free(held[i]);
            }
        }
    }
}
