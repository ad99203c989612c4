using ShapeKit.Data;
using ShapeKit.Generation;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Data;

public sealed class ImageDatasetTests
{
    private static readonly string[] TwoClasses = ["circle", "square"];

    [Fact]
    public void A_slice_shares_its_pixels_labels_and_masks_with_the_whole()
    {
        using ImageDataset whole = Drawn(10);
        using ImageDataset slice = whole.Slice(4, 3);

        slice.Images[1, 0, 2, 3] = 0.25f;
        slice.Labels[1] = 0L;
        slice.Masks![1, 0, 2, 3] = 1f;

        Assert.Equal(0.25f, whole.Images[5, 0, 2, 3].item<float>());
        Assert.Equal(0, whole.Labels[5].item<long>());
        Assert.Equal(1f, whole.Masks![5, 0, 2, 3].item<float>());
        Assert.Equal(3, slice.Count);
        Assert.Equal(whole.Shapes!.Skip(4).Take(3), slice.Shapes);
    }

    [Fact]
    public void A_slice_outlives_the_whole()
    {
        using ImageDataset slice = Cut();

        Assert.Equal([2, 3], Numbered.Of(slice));

        static ImageDataset Cut()
        {
            using ImageDataset whole = Numbered.Images(5);
            return whole.Slice(2, 2);
        }
    }

    [Fact]
    public void A_selection_is_a_copy_in_the_order_asked_for()
    {
        using ImageDataset whole = Drawn(6);
        using ImageDataset selection = whole.Select([5, 0, 5]);

        Assert.Equal([1, 0, 1], Numbered.LabelsOf(selection));
        Assert.Equal([whole.Shapes![5], whole.Shapes[0], whole.Shapes[5]], selection.Shapes);
        Assert.Equal(whole.Pixels(5), selection.Pixels(0));
        Assert.Equal(whole.Pixels(0), selection.Pixels(1));

        selection.Images.zero_();
        Assert.NotEqual(0, whole.Images.sum().item<float>());
    }

    [Fact]
    public void Selecting_nothing_gives_an_empty_data_set()
    {
        using ImageDataset whole = Drawn(2);
        using ImageDataset nothing = whole.Select([]);

        Assert.Equal([0, 1, 28, 28], nothing.Images.shape);
        Assert.Equal("0 images of 28 x 28 pixels: 0 circle, 0 square", nothing.ToString());
    }

    [Fact]
    public void A_data_set_outlives_the_dispose_scope_it_was_made_in()
    {
        ImageDataset data,
            selection;
        using (NewDisposeScope())
        {
            data = Numbered.Images(4);
            selection = data.Select([1, 3]);
        }

        using (data)
        using (selection)
        {
            Assert.Equal([0, 1, 2, 3], Numbered.Of(data));
            Assert.Equal([1, 3], Numbered.Of(selection));
        }
    }

    [Fact]
    public void Disposing_releases_every_tensor_and_may_be_repeated()
    {
        ImageDataset data = Drawn(3);
        Tensor images = data.Images,
            labels = data.Labels,
            masks = data.Masks!;

        data.Dispose();
        data.Dispose();

        Assert.All([images, labels, masks], tensor => Assert.True(tensor.IsInvalid));
        Assert.Throws<ObjectDisposedException>(() => data.Images);
        Assert.Throws<ObjectDisposedException>(() => data.Slice(0, 1));
        Assert.Equal("a disposed data set", data.ToString());
    }

    [Fact]
    public void Says_in_words_what_it_holds()
    {
        using ImageDataset data = Drawn(5);

        Assert.Equal("5 images of 28 x 28 pixels: 3 circle, 2 square", data.ToString());
        Assert.Equal("square", data.ClassNameOf(3));
    }

    [Fact]
    public void Pixels_are_rows_then_columns()
    {
        using var data = new ImageDataset(arange(0, 12, dtype: float32).div(16).reshape(2, 1, 2, 3), zeros(2, int64), TwoClasses);

        Assert.Equal(
            new float[,]
            {
                { 6 / 16f, 7 / 16f, 8 / 16f },
                { 9 / 16f, 10 / 16f, 11 / 16f },
            },
            data.Pixels(1)
        );
    }

    public static TheoryData<string, Func<ImageDataset>> WrongInputs =>
        new()
        {
            { "shape [4, 28, 28]; grey images need [N, 1, H, W]", () => new(zeros(4, 28, 28), zeros(4, int64), TwoClasses) },
            { "shape [4, 2, 28, 28]; grey images need", () => new(zeros(4, 2, 28, 28), zeros(4, int64), TwoClasses) },
            { "at least one pixel", () => new(zeros(4, 1, 0, 28), zeros(4, int64), TwoClasses) },
            { "Images are Byte; convert", () => new(zeros(4, 1, 28, 28, uint8), zeros(4, int64), TwoClasses) },
            {
                "values from 0 to 255; bring them into 0..1",
                () => new(tensor(new[] { 0f, 255f }).reshape(2, 1, 1, 1), zeros(2, int64), TwoClasses)
            },
            { "values from NaN to NaN", () => new(full(2, 1, 1, 1, float.NaN), zeros(2, int64), TwoClasses) },
            { "one piece of memory", () => new(zeros(4, 1, 28, 30).transpose(2, 3), zeros(4, int64), TwoClasses) },
            { "Labels are Float32; convert", () => new(zeros(4, 1, 28, 28), zeros(4), TwoClasses) },
            { "Labels have the shape [2, 0]; 2 images need [2]", () => new(zeros(2, 1, 4, 4), zeros(2, 0, int64), []) },
            { "Labels have the shape [3]; 4 images need [4]", () => new(zeros(4, 1, 28, 28), zeros(3, int64), TwoClasses) },
            { "Labels run from 0 to 2; 2 class names allow 0 to 1", () => new(zeros(3, 1, 28, 28), arange(3, int64), TwoClasses) },
            { "Masks have the shape [4, 1, 14, 14]", () => new(zeros(4, 1, 28, 28), zeros(4, int64), TwoClasses, zeros(4, 1, 14, 14)) },
            { "1 shapes for 4 images", () => new(zeros(4, 1, 28, 28), zeros(4, int64), TwoClasses, null, [default]) },
        };

    [Theory]
    [MemberData(nameof(WrongInputs), DisableDiscoveryEnumeration = true)]
    public void Says_what_is_wrong_with_its_parts(string message, Func<ImageDataset> make)
    {
        using var scope = NewDisposeScope();

        Assert.Contains(message, Assert.Throws<ArgumentException>(make).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, 1)]
    [InlineData(4, 2)]
    [InlineData(0, -1)]
    [InlineData(int.MaxValue, int.MaxValue)]
    public void Says_when_a_slice_or_an_index_reaches_beyond_it(int start, int count)
    {
        using ImageDataset data = Numbered.Images(5);

        Assert.Contains(
            "reaches beyond the data set's 5 images",
            Assert.Throws<ArgumentOutOfRangeException>(() => data.Slice(start, count)).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "no image 5",
            Assert.Throws<ArgumentOutOfRangeException>(() => data.Select([0, 5])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("no image -1", Assert.Throws<ArgumentOutOfRangeException>(() => data.Pixels(-1)).Message, StringComparison.Ordinal);
        Assert.Contains(
            "no image 5",
            Assert.Throws<ArgumentOutOfRangeException>(() => data.ClassNameOf(5)).Message,
            StringComparison.Ordinal
        );
    }

    private static ImageDataset Drawn(int count) => new ShapeGenerator(ShapeGeneratorOptions.Article, seed: 1).Generate(count);
}
