using System.Runtime.CompilerServices;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

[Collection(nameof(TorchState))]
public sealed class ImageTextModelTests
{
    private static readonly Vocabulary Words = new(ReportGrammar.Words);

    [Fact]
    public void Layers_shapes_and_parameters_are_the_approved_ones()
    {
        using var model = new ImageTextModel(Words, seed: 1);
        IEnumerable<string> lines =
        [
            .. model.state_dict().Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}] {entry.Value.dtype}"),
            $"{model.parameters().Sum(parameter => parameter.numel())} parameters",
        ];

        Assert.Equal(File.ReadAllText(Approved()), string.Join('\n', lines) + "\n");
    }

    [Fact]
    public void The_table_of_similarities_and_the_map_of_nodules_are_made_of_what_the_encoders_give()
    {
        using DisposeScope scope = NewDisposeScope();
        using ImageTextModel model = Small();
        Tensor images = rand(3, 1, 32, 32);
        string[] sentences = ["no nodule .", "right upper zone : large nodule ."];

        float[,] table = model.Similarities(images, sentences);
        Tensor map = model.NoduleMap(images);

        Assert.Equal((3, 2), (table.GetLength(0), table.GetLength(1)));
        Assert.Equal(model.EncodeImages(images)[2].dot(model.EncodeSentences(sentences)[1]).item<float>(), table[2, 1], 1e-5f);
        Assert.Equal([3, 1, 32, 32], map.shape);
        model.eval();
        Tensor nothing = model.Locate(model.Look(images)).softmax(1)[1, 0, 3, 5];
        Assert.Equal(1 - nothing.item<float>(), map[1, 0, 13, 22].item<float>(), 1e-5f);
    }

    [Fact]
    public void Vectors_have_length_1_and_logits_are_their_products_divided_by_the_temperature()
    {
        using DisposeScope scope = NewDisposeScope();
        using ImageTextModel model = Small();
        model.eval();
        Tensor images = rand(3, 1, 32, 32);
        string[] sentences = ["no nodule .", "right upper zone : large nodule ."];
        Tensor seen = model.EncodeImages(images),
            read = model.EncodeSentences(sentences);
        Tensor logits = model.call(images, Words.Encode(sentences));

        Assert.Equal([3, 8], seen.shape);
        Assert.All(cat([seen, read]).norm(1).data<float>().ToArray(), length => Assert.Equal(1, length, 1e-5));
        Assert.Equal(0.07, model.Temperature, 1e-6);
        Assert.True(allclose(seen.matmul(read.t()) / 0.07, logits, 1e-3, 1e-4));
    }

    [Fact]
    public void Encoding_leaves_frozen_parts_frozen()
    {
        using DisposeScope scope = NewDisposeScope();
        using ImageTextModel model = Small();
        model.train();
        TorchSharp.Modules.BatchNorm2d[] frozen = [.. model.modules().OfType<TorchSharp.Modules.BatchNorm2d>()];
        foreach (TorchSharp.Modules.BatchNorm2d norm in frozen)
        {
            norm.eval();
        }

        model.EncodeImages(rand(1, 1, 32, 32));
        model.EncodeSentences("no nodule .");

        Assert.NotEmpty(frozen);
        Assert.All(frozen, norm => Assert.False(norm.training));
        Assert.True(model.training);
    }

    [Fact]
    public void Images_and_sentences_that_are_not_encoded_are_not_compared()
    {
        using DisposeScope scope = NewDisposeScope();
        using ImageTextModel model = Small();
        Tensor vectors = rand(2, 8);
        string[] notEncoded = ["no nodule ."];

        string images = Assert.Throws<ArgumentException>(() => model.Compare(rand(2, 1, 32, 32), vectors)).Message;
        string sentences = Assert.Throws<ArgumentException>(() => model.Compare(vectors, Words.Encode(notEncoded))).Message;

        Assert.StartsWith("Vectors to compare are [N, 8], float32, as EncodeImages makes them; these are [2, 1, 32, 32], Float32.", images);
        Assert.Contains("as EncodeSentences makes them; these are [1, ", sentences);
        Assert.Equal([2, 3], model.Compare(vectors, rand(3, 8)).shape);
    }

    [Fact]
    public void The_image_vector_is_made_of_what_each_cell_shows()
    {
        using DisposeScope scope = NewDisposeScope();
        using ImageTextModel model = Small();
        model.eval();
        Dictionary<string, Tensor> w = model.state_dict();
        Tensor features = model.Look(rand(2, 1, 32, 32));
        Tensor p = model.Locate(features).softmax(1);

        // Where: one minus the probability of nothing, cell by cell. What: each size's sum.
        Tensor summary = cat([(1 - p[.., 0]).reshape(2, 64), p[.., 1..].sum([2, 3])], 1);
        Tensor projected = summary.matmul(w["imageProjection.weight"].t()) + w["imageProjection.bias"];
        Tensor expected = projected / projected.norm(1, keepdim: true);

        Assert.True(allclose(expected, model.ProjectImages(features), 1e-4, 1e-5));
    }

    [Fact]
    public void Padding_changes_nothing_and_the_order_of_words_does()
    {
        using DisposeScope scope = NewDisposeScope();
        using ImageTextModel model = Small();
        model.eval();
        Tensor close = model.ProjectSentences(Words.Encode(["no nodule ."])),
            padded = model.ProjectSentences(Words.Encode(["no nodule ."], 12));
        Tensor turned = model.ProjectSentences(Words.Encode(["nodule no ."]));

        Assert.True(allclose(close, padded, 1e-4, 1e-5));
        Assert.False(allclose(close, turned, 1e-3, 1e-3));
    }

    [Fact]
    public void An_unknown_word_and_images_of_another_size_are_refused_in_one_sentence()
    {
        using ImageTextModel model = Small();
        using Tensor images = zeros(1, 1, 64, 64),
            floats = zeros(1, 5);

        Assert.Contains(
            "The word \"tumour\" is not among the",
            Message(() => model.EncodeSentences("large tumour")),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The model takes grey images [N, 1, 32, 32]; these have [1, 1, 64, 64].",
            Message(() => model.EncodeImages(images)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "Sentences are numbers [N, L], int64; these are [1, 5]",
            Message(() => model.ProjectSentences(floats)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The image size is a multiple of 4",
            Message(() => new ImageTextModel(Words, imageSize: 30)),
            StringComparison.Ordinal
        );

        static string Message(Func<object?> action) => Assert.ThrowsAny<ArgumentException>(action).Message;
    }

    [Fact]
    public void Saved_weights_give_the_same_vectors_in_a_fresh_model()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using ImageTextModel model = Small(),
            fresh = Small(seed: 2);
        using Tensor images = rand(2, 1, 32, 32);
        try
        {
            ModelWeights.Save(model, path);
            ModelWeights.Load(fresh, path);
            using Tensor expected = model.EncodeImages(images),
                actual = fresh.EncodeImages(images);
            using Tensor expectedText = model.EncodeSentences("no nodule ."),
                actualText = fresh.EncodeSentences("no nodule .");
            Assert.True(expected.Equals(actual) && expectedText.Equals(actualText));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_seed_fixes_the_weights_and_encoding_leaves_no_tensors_behind()
    {
        using ImageTextModel model = Small(),
            again = Small();
        using Tensor images = rand(2, 1, 32, 32);
        Dictionary<string, Tensor> same = again.state_dict();
        Assert.All(model.state_dict(), entry => Assert.True(entry.Value.Equals(same[entry.Key]), entry.Key));
        Encode();

        long before = TorchState.LiveTensors();
        Encode();
        Assert.Equal(before, Tensor.TotalCount);

        void Encode()
        {
            model.EncodeImages(images).Dispose();
            model.EncodeSentences("no nodule .").Dispose();
        }
    }

    private static ImageTextModel Small(int seed = 1) => new(Words, imageSize: 32, width: 8, dimensions: 8, seed: seed);

    private static string Approved([CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(path)!, "ImageTextModel.approved.txt");
}
