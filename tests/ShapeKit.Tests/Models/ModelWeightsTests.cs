using ShapeKit.Models;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

public sealed class ModelWeightsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shapekit-").FullName;

    private string File => Path.Combine(_folder, "shapes.weights");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Loaded_weights_are_the_saved_ones()
    {
        using var saved = new ShapeCnn(seed: 1);
        using var loaded = new ShapeCnn(seed: 2);

        ModelWeights.Save(saved, File);
        ModelWeights.Load(loaded, File);

        Assert.Equal(Numbers(saved), Numbers(loaded));
        Assert.Equal([File], Directory.GetFiles(_folder));
    }

    [Fact]
    public void A_network_that_was_disposed_leaves_the_file_as_it_is()
    {
        ModelWeights.Save(new ShapeCnn(seed: 1), File);
        byte[] before = System.IO.File.ReadAllBytes(File);
        var disposed = new ShapeCnn(seed: 2);
        disposed.Dispose();

        Assert.Contains(
            "has no weights",
            Assert.Throws<ArgumentException>(() => ModelWeights.Save(disposed, File)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(before, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void The_longest_name_that_a_file_can_have_will_do()
    {
        string longest = Path.Combine(_folder, new string('w', 255));

        ModelWeights.Save(new ShapeCnn(seed: 1), longest);

        Assert.Equal([longest], Directory.GetFiles(_folder));
    }

    [Fact]
    public void Saving_again_replaces_the_file()
    {
        using var first = new ShapeCnn(seed: 1);
        using var second = new ShapeCnn(seed: 2);

        ModelWeights.Save(first, File);
        ModelWeights.Save(second, File);
        ModelWeights.Load(first, File);

        Assert.Equal(Numbers(second), Numbers(first));
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var model = new ShapeCnn();

        Assert.Contains(
            $"no weights file {File}",
            Assert.Throws<FileNotFoundException>(() => ModelWeights.Load(model, File)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        using var model = new ShapeCnn();

        Assert.Contains(
            "does not exist",
            Assert.Throws<DirectoryNotFoundException>(() => ModelWeights.Save(model, Path.Combine(_folder, "none", "w"))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Weights_of_another_architecture_are_refused_and_change_nothing()
    {
        // The same names, and the first tensor fits: only the second differs.
        using Sequential small = nn.Sequential(("a", nn.Linear(4, 3)), ("b", nn.Linear(3, 2)));
        using Sequential large = nn.Sequential(("a", nn.Linear(4, 3)), ("b", nn.Linear(3, 5)));
        float[] before = Numbers(large);

        ModelWeights.Save(small, File);
        InvalidDataException error = Assert.Throws<InvalidDataException>(() => ModelWeights.Load(large, File));

        Assert.Contains($"{File} does not hold the weights of Sequential", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Numbers(large));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(200_000)]
    [InlineData(500_000)]
    public void A_file_cut_short_or_made_longer_is_refused_and_changes_nothing(int length)
    {
        using var saved = new ShapeCnn(seed: 1);
        using var model = new ShapeCnn(seed: 2);
        float[] before = Numbers(model);
        ModelWeights.Save(saved, File);
        using (FileStream stream = System.IO.File.OpenWrite(File))
        {
            stream.SetLength(length);
        }

        string message = Assert.Throws<InvalidDataException>(() => ModelWeights.Load(model, File)).Message;

        Assert.DoesNotContain("stream", message, StringComparison.Ordinal);
        Assert.Equal(before, Numbers(model));
    }

    [Fact]
    public void A_file_with_any_damaged_byte_is_refused_and_changes_nothing()
    {
        using Sequential saved = nn.Sequential(("a", nn.Linear(4, 3)), ("b", nn.BatchNorm1d(3)));
        using Sequential model = nn.Sequential(("a", nn.Linear(4, 3)), ("b", nn.BatchNorm1d(3)));
        float[] before = Numbers(model);
        ModelWeights.Save(saved, File);
        byte[] whole = System.IO.File.ReadAllBytes(File);
        var random = new Random(1);

        for (int i = 0; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= (byte)random.Next(1, 256);
            System.IO.File.WriteAllBytes(File, damaged);

            string message = Assert.Throws<InvalidDataException>(() => ModelWeights.Load(model, File)).Message;
            Assert.Contains(File, message, StringComparison.Ordinal);
        }

        Assert.Equal(before, Numbers(model));
        System.IO.File.WriteAllBytes(File, whole);
        ModelWeights.Load(model, File);
        Assert.Equal(Numbers(saved), Numbers(model));
    }

    [Fact]
    public void TorchSharp_loads_the_file_and_a_file_of_TorchSharp_is_loaded()
    {
        using var saved = new ShapeCnn(seed: 1);
        using var byTorchSharp = new ShapeCnn(seed: 2);
        using var loaded = new ShapeCnn(seed: 3);
        string plain = Path.Combine(_folder, "plain.weights");

        ModelWeights.Save(saved, File);
        byTorchSharp.load(File);
        saved.save(plain);
        ModelWeights.Load(loaded, plain);

        Assert.Equal(Numbers(saved), Numbers(byTorchSharp));
        Assert.Equal(Numbers(saved), Numbers(loaded));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Saving_through_a_link_writes_the_file_that_it_leads_to(bool existsAlready)
    {
        string elsewhere = Path.Combine(Directory.CreateDirectory(Path.Combine(_folder, "elsewhere")).FullName, "shapes.weights"),
            between = Path.Combine(_folder, "between");
        using var first = new ShapeCnn(seed: 1);
        using var second = new ShapeCnn(seed: 2);
        if (existsAlready)
        {
            ModelWeights.Save(first, elsewhere);
        }

        try
        {
            System.IO.File.CreateSymbolicLink(between, Path.Combine("elsewhere", "shapes.weights"));
            System.IO.File.CreateSymbolicLink(File, between);
        }
        catch (Exception e) when (OperatingSystem.IsWindows() && e is UnauthorizedAccessException or IOException)
        {
            Assert.Skip("Here only an administrator makes links.");
        }

        ModelWeights.Save(second, File);

        Assert.Equal(between, new FileInfo(File).LinkTarget);
        Assert.Equal(Path.Combine("elsewhere", "shapes.weights"), new FileInfo(between).LinkTarget);
        ModelWeights.Load(first, elsewhere);
        Assert.Equal(Numbers(second), Numbers(first));
        Assert.Equal([elsewhere], Directory.GetFiles(Path.GetDirectoryName(elsewhere)!));
    }

    [Fact]
    public void Weights_that_are_a_link_to_no_file_are_missing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there that a test may not have.");
        using var model = new ShapeCnn();
        System.IO.File.CreateSymbolicLink(File, "gone.weights");

        Assert.StartsWith(
            $"There is no weights file {File}",
            Assert.Throws<FileNotFoundException>(() => ModelWeights.Load(model, File)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_link_that_leads_to_itself_takes_no_weights()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need rights there that a test may not have.");
        using var model = new ShapeCnn();
        System.IO.File.CreateSymbolicLink(File, Path.GetFileName(File));

        Assert.Equal(
            $"The weights cannot be saved as {File}: it is a link that leads to itself; name another file.",
            Assert.Throws<IOException>(() => ModelWeights.Save(model, File)).Message
        );
    }

    [Fact]
    public void Saving_again_leaves_the_file_to_those_who_could_read_it()
    {
        using var model = new ShapeCnn();
        ModelWeights.Save(model, File);
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such modes.");
            return;
        }

        System.IO.File.SetUnixFileMode(File, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        ModelWeights.Save(model, File);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, System.IO.File.GetUnixFileMode(File));
    }

    [Fact]
    public void A_file_of_something_else_is_refused()
    {
        using var model = new ShapeCnn();
        System.IO.File.WriteAllText(File, "not weights at all");

        Assert.Contains(
            "does not hold the weights of ShapeCnn",
            Assert.Throws<InvalidDataException>(() => ModelWeights.Load(model, File)).Message,
            StringComparison.Ordinal
        );
    }

    private static float[] Numbers(nn.Module model) => [.. model.parameters().SelectMany(parameter => parameter.data<float>().ToArray())];

    [Fact]
    public void A_folder_in_the_place_of_the_file_is_named()
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("shapekit-test-");
        try
        {
            using var model = new ShapeCnn();
            Assert.Equal(
                $"The weights cannot be saved as {folder.FullName}: it is a folder; name a file in it.",
                Assert.Throws<IOException>(() => ModelWeights.Save(model, folder.FullName)).Message
            );
            Assert.Empty(folder.EnumerateFileSystemInfos());
        }
        finally
        {
            folder.Delete();
        }
    }
}
