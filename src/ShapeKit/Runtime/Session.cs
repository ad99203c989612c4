using System.Globalization;
using System.Net;
using System.Reflection;
using TorchSharp;

namespace ShapeKit.Runtime;

/// <summary>Begins a chapter: seeds torch, chooses its threads, and says with which versions it runs.</summary>
public static class Session
{
    // The course's networks are too small to keep more threads busy, and a fixed number repeats results on more machines.
    private const int UsualThreads = 4;

    // libtorch makes threads one by one, ever slower: 256 take seconds, thousands hours.
    private const int MostThreads = 256;

    /// <summary>Seeds torch's generator and sets the number of threads it computes with.</summary>
    /// <remarks>
    /// The same seed and the same number of threads give the same numbers to the last bit; another number of threads changes the last
    /// digits.
    /// </remarks>
    /// <param name="seed">The seed of torch's own generator.</param>
    /// <param name="threads">How many threads torch computes with, 1 to 256; null takes what the variable <c>OMP_NUM_THREADS</c> says, at
    /// most 256, or else one for each processor that this process may use (affinity and container limits count), at most 4.</param>
    /// <returns>What to show at the end of the setup cell.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="threads"/> is less than 1 or above 256.</exception>
    /// <exception cref="DllNotFoundException">libtorch could not be loaded; the message says what to do.</exception>
    public static SessionInfo Start(int seed = 42, int? threads = null)
    {
        if (threads is < 1 or > MostThreads)
        {
            throw new ArgumentOutOfRangeException(
                nameof(threads),
                threads,
                $"At least one thread is needed, and at most {MostThreads} can be used."
            );
        }

        LibTorch.EnsureLoaded();
        int count = threads ?? ThreadsOfEnvironment ?? Math.Min(Environment.ProcessorCount, UsualThreads);
        torch.set_num_threads(count);
        torch.manual_seed(seed);
        return new SessionInfo(
            [
                new("ShapeKit", Version(typeof(Session).Assembly)),
                new(".NET", Environment.Version.ToString()),
                new("TorchSharp", Version(typeof(torch).Assembly)),
                new("libtorch", LibTorch.Status.Version),
                new("SkiaSharp", Version(typeof(SkiaSharp.SKBitmap).Assembly)),
                new("Plotly.NET", Version(typeof(Plotly.NET.GenericChart).Assembly)),
            ],
            seed,
            count,
            LibTorch.Status.Convolutions
        );
    }

    private static int? ThreadsOfEnvironment =>
        int.TryParse(Environment.GetEnvironmentVariable("OMP_NUM_THREADS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count)
        && count > 0
            ? Math.Min(count, MostThreads)
            : null;

    private static string Version(Assembly assembly)
    {
        string version = assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            ?? assembly.GetName().Version!.ToString(3);
        return version.Split('+')[0];
    }
}

/// <summary>With which versions, seed and threads a chapter runs.</summary>
/// <param name="Versions">The names and versions of ShapeKit and of what it stands on.</param>
/// <param name="Seed">The seed of torch's own generator.</param>
/// <param name="Threads">How many threads torch computes with.</param>
/// <param name="Convolutions">With which code it computes convolutions.</param>
public sealed record SessionInfo(IReadOnlyList<KeyValuePair<string, string>> Versions, int Seed, int Threads, ConvolutionWay Convolutions)
    : IShown
{
    /// <summary>
    /// The session as one line of HTML, and below it why convolutions are not computed the usual way, where they are not.
    /// </summary>
    /// <returns>HTML that works on light and dark pages.</returns>
    public string ToHtml() =>
        $"<div style=\"color:inherit;font-variant-numeric:tabular-nums\">{string.Join(" · ", Items().Select(item => $"{WebUtility.HtmlEncode(item.Key)} <b>{WebUtility.HtmlEncode(item.Value)}</b>"))}{(Remark is { } remark ? $"<br>{WebUtility.HtmlEncode(remark)}" : "")}</div>";

    /// <summary>The session as text: what <see cref="ToHtml"/> shows.</summary>
    /// <returns>A line or two.</returns>
    public override string ToString() =>
        string.Join(" · ", Items().Select(item => $"{item.Key} {item.Value}")) + (Remark is { } remark ? $"\n{remark}" : "");

    private IEnumerable<KeyValuePair<string, string>> Items() =>
        [.. Versions, new("seed", $"{Seed}"), new("threads", $"{Threads}"), new("convolutions", Convolutions.Name)];

    private string? Remark =>
        Convolutions.Name switch
        {
            ConvolutionWay.Fast => null,
            ConvolutionWay.Mended => $"Convolutions are right, and as fast as elsewhere. {Convolutions.Reason}",
            _ => $"Convolutions are right, and slower than elsewhere. {Convolutions.Reason}",
        };
}
