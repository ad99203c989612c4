namespace ShapeKit.Data;

/// <summary>
/// Random numbers that depend on a seed and an index alone, so that image or epoch number i is the same whatever was drawn before it
/// and on whichever thread. SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, figure 17).
/// </summary>
internal struct RepeatableRandom
{
    private ulong _state;

    public RepeatableRandom(int seed, int index)
    {
        _state = (uint)seed;
        _state = NextBits() + (uint)index;
        _state = NextBits();
    }

    /// <summary>A whole number from min to max, both included.</summary>
    public int Next(int min, int max) => min + (int)Math.BigMul(NextBits(), (ulong)((long)max - min + 1), out _);

    /// <summary>A number from 0 up to, but not including, 1; each is drawn equally often.</summary>
    public double NextUnit() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>A number from the normal distribution with mean 0 and standard deviation 1 (Box and Muller 1958).</summary>
    public double NextGaussian()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - NextUnit()));
        return radius * Math.Cos(2 * Math.PI * NextUnit());
    }

    /// <summary>
    /// A number with mean 0 and standard deviation 1 that is nearly normal and quick to draw: the sum of four equally distributed ones,
    /// within ±3.47.
    /// </summary>
    public float NextBell()
    {
        ulong bits = NextBits();
        int sum = (int)((bits & 0xFFFF) + ((bits >> 16) & 0xFFFF) + ((bits >> 32) & 0xFFFF) + (bits >> 48));
        return (sum - (2 * 0xFFFF)) * (1.7320508f / 0x10000);
    }

    /// <summary>Puts the items into a random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int chosen = Next(0, last);
            (items[last], items[chosen]) = (items[chosen], items[last]);
        }
    }

    private ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong mixed = (_state ^ (_state >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
