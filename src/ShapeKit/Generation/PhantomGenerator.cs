using ShapeKit.Data;
using ShapeKit.Runtime;
using static TorchSharp.torch;

namespace ShapeKit.Generation;

/// <summary>Draws synthetic frontal chest radiographs with up to six nodules, their exact masks, and the findings as data.</summary>
/// <remarks>
/// As on every frontal radiograph the patient faces the reader: the patient's right lung is on the image's left. Everything is drawn
/// from random numbers, nothing is copied from a patient, and nothing that is learnt from it holds for one. Image number i depends on
/// the options, the seed and i alone: a longer data set begins with the shorter one's images, and the number of threads makes no
/// difference. At another image size the same seed draws the same patients with the same findings; only the noise differs.
/// </remarks>
public sealed class PhantomGenerator
{
    private const int ImagesAtATime = 32;

    private readonly PhantomGeneratorOptions _options;
    private readonly int _seed;

    /// <summary>Prepares a generator.</summary>
    /// <param name="options">What to draw.</param>
    /// <param name="seed">The seed that the images follow from.</param>
    /// <exception cref="ArgumentException">An option is out of its range; the message names it and says what to do.</exception>
    public PhantomGenerator(PhantomGeneratorOptions options, int seed = 42)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
        _seed = seed;
    }

    /// <summary>Draws images 0 to count - 1.</summary>
    /// <param name="count">The number of images, N; 0 or more.</param>
    /// <param name="threads">The largest number of threads to draw on, at least 1; all processors unless given.</param>
    /// <returns>Images and masks <c>[N, 1, S, S]</c> (float32, 0..1; masks 0 or 1) with S the image size, and the findings of each
    /// image.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The number of images is negative, or the number of threads is below 1.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough; the message says how much is needed and how much is
    /// there.</exception>
    public PhantomDataset Generate(int count, int? threads = null)
    {
        if (count < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(count), $"{count} images cannot be drawn; use 0 or more.");
        }

        if (threads < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(threads), $"Images cannot be drawn on {threads} threads; use at least 1.");
        }

        int size = _options.ImageSize,
            area = size * size;
        AvailableMemory.Require(3L * count, area, $"{count} phantoms of {size} x {size} pixels, each with two masks,");
        Tensor images = empty(count, 1, size, size),
            lungMasks = empty(count, 1, size, size),
            noduleMasks = empty(count, 1, size, size);
        var findings = new IReadOnlyList<Finding>[count];
        Parallel.For(
            0,
            (int)Math.Ceiling((double)count / ImagesAtATime),
            new ParallelOptions { MaxDegreeOfParallelism = threads ?? Environment.ProcessorCount },
            () => new PhantomDrawing(_options),
            (part, _, drawing) =>
            {
                int start = part * ImagesAtATime,
                    length = Math.Min(ImagesAtATime, count - start);
                using Tensor partOfImages = images.narrow(0, start, length),
                    partOfLungs = lungMasks.narrow(0, start, length),
                    partOfNodules = noduleMasks.narrow(0, start, length);
                Span<float> pixels = ImageDataset.Values<float>(partOfImages),
                    lungs = ImageDataset.Values<float>(partOfLungs),
                    nodules = ImageDataset.Values<float>(partOfNodules);
                for (int i = 0; i < length; i++)
                {
                    var random = new RepeatableRandom(_seed, start + i);
                    using var thorax = new Thorax(_options, ref random, ref random);
                    findings[start + i] = thorax.Findings;
                    drawing.Draw(
                        thorax,
                        pixels.Slice(i * area, area),
                        lungs.Slice(i * area, area),
                        nodules.Slice(i * area, area),
                        ref random,
                        ref random
                    );
                }

                return drawing;
            },
            drawing => drawing.Dispose()
        );
        return new PhantomDataset(images, lungMasks, noduleMasks, new(findings), _options.MillimetresPerPixel);
    }

    /// <summary>
    /// Draws one patient several times, as on several dates: the same chest with one nodule, which has a diameter of its own on each film.
    /// </summary>
    /// <remarks>
    /// Between two films only the nodule's diameter, the patient's stand, exposure, contrast and noise change. The nodule lies where a
    /// large one fits. How many nodules the options ask for, and of which sizes, does not count here.
    /// </remarks>
    /// <param name="patient">The number of the patient, from 0.</param>
    /// <param name="diameters">The diameter on each film, in whole millimetres, 10 to 30; at least one.</param>
    /// <returns>As many films, their masks and findings.</returns>
    /// <exception cref="ArgumentException">There is no diameter.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of the patient is negative, or a diameter is below 10 or above
    /// 30.</exception>
    /// <exception cref="InsufficientMemoryException">There is not memory enough; the message says how much is needed and how much is
    /// there.</exception>
    public PhantomDataset FollowUp(int patient, params IReadOnlyList<int> diameters)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(patient);
        ArgumentNullException.ThrowIfNull(diameters);
        if (diameters.Count == 0)
        {
            throw new ArgumentException("There is no diameter, and so no film; pass one for each date.", nameof(diameters));
        }

        if (diameters.Any(diameter => diameter is < 10 or > 30))
        {
            throw new ArgumentOutOfRangeException(
                nameof(diameters),
                $"A diameter is {diameters.First(diameter => diameter is < 10 or > 30)} mm; nodules are drawn from 10 to 30."
            );
        }

        PhantomGeneratorOptions options = _options with { MinNodules = 1, MaxNodules = 1, Sizes = [NoduleSize.Large] };
        int size = options.ImageSize;
        AvailableMemory.Require(
            3L * diameters.Count,
            size * size,
            $"{diameters.Count} films of {size} x {size} pixels, each with two masks,"
        );
        Tensor images = empty(diameters.Count, 1, size, size),
            lungMasks = empty(diameters.Count, 1, size, size),
            noduleMasks = empty(diameters.Count, 1, size, size);
        var findings = new IReadOnlyList<Finding>[diameters.Count];
        using var drawing = new PhantomDrawing(options);
        for (int date = 0; date < findings.Length; date++)
        {
            RepeatableRandom random = new(_seed, patient),
                films = random,
                film = new(films.Next(0, int.MaxValue - 1), date);
            using var thorax = new Thorax(options, ref random, ref film);
            thorax.Findings[0] = thorax.Findings[0] with { DiameterMillimetres = diameters[date] };
            findings[date] = thorax.Findings;
            using Tensor image = images[date],
                lungs = lungMasks[date],
                nodules = noduleMasks[date];
            drawing.Draw(
                thorax,
                ImageDataset.Values<float>(image),
                ImageDataset.Values<float>(lungs),
                ImageDataset.Values<float>(nodules),
                ref random,
                ref film
            );
        }

        return new PhantomDataset(images, lungMasks, noduleMasks, new(findings), options.MillimetresPerPixel);
    }
}
