using System.Runtime.CompilerServices;
using ShapeKit.Data;
using ShapeKit.Models;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

[Collection(nameof(TorchState))]
public sealed class CaptionModelTests
{
    private static readonly Vocabulary Words = new(
        "no nodule . one two of about 10 15 20 mm in the right left upper lower lung field".Split(' ')
    );

    [Fact]
    public void Layers_shapes_and_parameters_are_the_approved_ones()
    {
        using CaptionModel model = new(Words);
        IEnumerable<string> lines =
        [
            ModelSummary.Of(model.Encoder, 1, 1, 64, 64).ToString(),
            .. model.state_dict().Select(entry => $"{entry.Key} [{string.Join(", ", entry.Value.shape)}] {entry.Value.dtype}"),
        ];

        Assert.Equal(File.ReadAllText(Approved()), string.Join('\n', lines) + "\n");
    }

    [Fact]
    public void The_decoder_computes_what_the_paper_says_and_shows_where_it_looked()
    {
        using DisposeScope scope = NewDisposeScope();
        using CaptionModel model = Small();
        model.eval();
        Tensor image = rand(1, 1, 32, 32);
        Caption caption = model.Explain(image, "one nodule .");

        Dictionary<string, Tensor> w = model.state_dict();
        Tensor memory = model.Remember(model.Encode(image)).squeeze(1);
        Tensor x =
            w["embedding.weight"].index_select(0, tensor([Vocabulary.Start, .. Words.Encode("one nodule .", 5)[1..4]])) * Math.Sqrt(8);
        x = x + PositionalEncoding.Table(4, 8);
        Tensor attention = null!;
        for (int layer = 0; layer < 2; layer++)
        {
            string name = $"decoder.{layer}.";
            Tensor y = Norm(x, name + "norm1");
            x = x + Attend(y, y, name + "self_attention", masked: true).Result;
            (Tensor seen, attention) = Attend(Norm(x, name + "norm2"), memory, name + "cross_attention", masked: false);
            x = x + seen;
            x = x + Dense(Dense(Norm(x, name + "norm3"), name + "linear1").relu(), name + "linear2");
        }

        Tensor logits = Dense(Norm(x, "norm"), "output")[.., 2..];
        logits[0, 0] = float.NegativeInfinity; // no report is empty
        float[] expected = logits.softmax(-1).data<float>().ToArray();
        float[] looked = attention.data<float>().ToArray();
        string[] written = ["one", "nodule", ".", "<end>"];
        for (int i = 0; i < written.Length; i++)
        {
            Assert.Equal(written[i], caption.Steps[i].Word);
            Assert.Equal(
                expected[(i * (Words.Count - 2)) + Words.Words.ToList().IndexOf(written[i]) - 2],
                caption.Steps[i].Probability,
                1e-5
            );
            Assert.Equal(looked[(i * 64)..((i + 1) * 64)], caption.Steps[i].Attention.Cast<float>(), (a, b) => Math.Abs(a - b) < 1e-5);
        }

        Tensor Norm(Tensor input, string name) => nn.functional.layer_norm(input, [8], w[name + ".weight"], w[name + ".bias"]);
        Tensor Dense(Tensor input, string name) => nn.functional.linear(input, w[name + ".weight"], w[name + ".bias"]);

        (Tensor Result, Tensor Weights) Attend(Tensor asking, Tensor answering, string name, bool masked)
        {
            Tensor[] projections = w[name + ".in_proj_weight"].chunk(3, 0),
                biases = w[name + ".in_proj_bias"].chunk(3, 0);
            (Tensor result, Tensor weights) = Attention(
                nn.functional.linear(asking, projections[0], biases[0]),
                nn.functional.linear(answering, projections[1], biases[1]),
                nn.functional.linear(answering, projections[2], biases[2]),
                masked
            );
            return (Dense(result, name + ".out_proj"), weights);
        }
    }

    /// <summary>Vaswani et al., formula 1: softmax(Q Kᵀ / √d) V, in two heads side by side, with loops.</summary>
    private static (Tensor Result, Tensor Weights) Attention(Tensor q, Tensor k, Tensor v, bool masked)
    {
        (int asks, int answers) = ((int)q.shape[0], (int)k.shape[0]);
        (float[] queries, float[] keys, float[] values) = (q.data<float>().ToArray(), k.data<float>().ToArray(), v.data<float>().ToArray());
        float[] result = new float[asks * 8],
            weights = new float[asks * answers];
        for (int head = 0; head < 2; head++)
        {
            for (int i = 0; i < asks; i++)
            {
                double[] scores = new double[answers];
                for (int j = 0; j < answers; j++)
                {
                    for (int d = head * 4; d < (head * 4) + 4; d++)
                    {
                        scores[j] += queries[(i * 8) + d] * keys[(j * 8) + d] / Math.Sqrt(4);
                    }

                    scores[j] = masked && j > i ? 0 : Math.Exp(scores[j]);
                }

                for (int j = 0; j < answers; j++)
                {
                    float share = (float)(scores[j] / scores.Sum());
                    weights[(i * answers) + j] += share / 2;
                    for (int d = head * 4; d < (head * 4) + 4; d++)
                    {
                        result[(i * 8) + d] += share * values[(j * 8) + d];
                    }
                }
            }
        }

        return (tensor(result).reshape(asks, 8), tensor(weights).reshape(asks, answers));
    }

    [Fact]
    public void A_later_word_never_changes_an_earlier_step()
    {
        using DisposeScope scope = NewDisposeScope();
        using CaptionModel model = Small();
        model.eval();
        Tensor images = rand(2, 1, 32, 32),
            words = Words.Encode(["one nodule of 10 mm .", "no nodule ."], 8),
            changed = words.clone();
        changed[.., 4..] = Words.NumberOf("lung");
        Tensor logits = model.call(images, words),
            others = model.call(images, changed);

        Assert.Equal([2L, 8L, Words.Count], logits.shape);
        Assert.True(allclose(logits[.., ..4, 2..], others[.., ..4, 2..], 1e-5, 1e-6));
        Assert.False(allclose(logits[.., 4.., 2..], others[.., 4.., 2..], 1e-3, 1e-3));
    }

    [Fact]
    public void One_beam_writes_what_greedy_writes_and_more_beams_find_nothing_less_probable()
    {
        using DisposeScope scope = NewDisposeScope();
        for (int seed = 1; seed <= 5; seed++)
        {
            using CaptionModel model = Small(seed);
            Tensor image = rand(1, 1, 32, 32);
            Caption greedy = model.Write(image)[0],
                one = Assert.Single(model.Search(image, 1));
            IReadOnlyList<Caption> all = model.Search(image, 9);

            Assert.Equal(greedy.Text, one.Text);
            Assert.Equal(greedy.LogProbability, one.LogProbability, 1e-4);
            Assert.True(all[0].LogProbability >= greedy.LogProbability - 1e-4);
            Assert.Equal(
                all.OrderByDescending(caption => caption.LogProbability).Select(caption => caption.Text),
                all.Select(caption => caption.Text)
            );
            Assert.Equal(all.Count, all.Select(caption => string.Join(' ', caption.Steps.Select(step => step.Word))).Distinct().Count());
        }
    }

    [Fact]
    public void With_two_words_a_wide_beam_finds_the_most_probable_of_all_reports()
    {
        using DisposeScope scope = NewDisposeScope();
        using CaptionModel model = new(new Vocabulary(["a", "b"]), width: 8, heads: 2, layers: 1, maxLength: 4, seed: 3);
        Tensor image = rand(1, 1, 32, 32);
        string[] all = ["", "a", "b", "a a", "a b", "b a", "b b"];
        double best = all.Max(text => model.Explain(image, text).LogProbability);

        // Reports of up to two words and their end, and eight of three words, which are cut off.
        IReadOnlyList<Caption> found = model.Search(image, 5);
        Assert.Equal(best, found.Where(caption => caption.Steps[^1].Word == "<end>").Max(caption => caption.LogProbability), 1e-4);
        Assert.DoesNotContain(found.SelectMany(caption => caption.Steps), step => step.Word is "<padding>" or "<start>");
    }

    [Fact]
    public void Each_step_names_its_five_most_likely_words_and_its_attention_adds_up_to_1()
    {
        using CaptionModel model = Small();
        using Tensor images = rand(3, 1, 32, 32);
        IReadOnlyList<Caption> captions = model.Write(images);

        Assert.Equal(3, captions.Count);
        Assert.All(captions.SelectMany(caption => caption.Steps), step =>
        {
            Assert.Equal(5, step.Next.Count);
            Assert.Equal((step.Word, step.Probability), (step.Next[0].Word, step.Next[0].Probability));
            Assert.Equal(step.Next.OrderByDescending(word => word.Probability), step.Next);
            Assert.Equal((8, 8), (step.Attention.GetLength(0), step.Attention.GetLength(1)));
            Assert.Equal(1, step.Attention.Cast<float>().Sum(), 1e-4);
        });
        Assert.All(captions, caption =>
            Assert.Equal(caption.Steps.Aggregate(1.0, (p, step) => p * step.Probability), caption.Probability, 1e-9)
        );
    }

    [Fact]
    public void A_seed_fixes_the_weights_and_saved_weights_write_alike_in_a_fresh_network()
    {
        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        using CaptionModel model = Small(1),
            again = Small(1),
            other = Small(2);
        using Tensor image = rand(1, 1, 32, 32);
        Caption expected = model.Write(image)[0];
        Assert.Equal(expected.LogProbability, again.Write(image)[0].LogProbability);
        Assert.NotEqual(expected.LogProbability, other.Write(image)[0].LogProbability);
        try
        {
            ModelWeights.Save(model, path);
            ModelWeights.Load(other, path);
            Assert.Equal(expected.LogProbability, other.Write(image)[0].LogProbability);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Writing_and_searching_leave_no_tensors_behind_and_the_network_in_its_mode()
    {
        using CaptionModel model = Small();
        using Tensor image = rand(1, 1, 32, 32);
        Use();

        long before = TorchState.LiveTensors();
        Use();

        Assert.Equal(before, Tensor.TotalCount);
        Assert.True(model.training);

        void Use()
        {
            model.Write(image);
            model.Search(image, 3);
            model.Explain(image, "no nodule .");
        }
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_one_sentence()
    {
        using CaptionModel model = Small();
        using Tensor image = rand(1, 1, 32, 32),
            two = rand(2, 1, 32, 32),
            odd = rand(1, 1, 30, 32),
            words = zeros(1, 99, ScalarType.Int64);

        Assert.StartsWith(
            "The encoder takes grey images [N, 1, H, W] with H and W multiples of 4; these have [1, 1, 30, 32].",
            Message(() => model.Write(odd)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "A beam search takes one image, [1, 1, S, S]; this is [2, 1, 32, 32].",
            Message(() => model.Search(two)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            $"A beam search keeps 1 to {Words.Count} beginnings.",
            Message(() => model.Search(image, 0)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "1 images need as many reports of at most 25 words, [N, L]; these are [1, 99].",
            Message(() => model.call(image, words)),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The word \"tumour\" is not among",
            Message(() => model.Explain(image, "one tumour .")),
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The width is a multiple of 4 and of the 3 heads.",
            Message(() => new CaptionModel(Words, width: 8, heads: 3)),
            StringComparison.Ordinal
        );

        static string Message(Func<object?> action) => Assert.ThrowsAny<ArgumentException>(action).Message;
    }

    private static CaptionModel Small(int seed = 1) => new(Words, width: 8, heads: 2, seed: seed);

    private static string Approved([CallerFilePath] string path = "") =>
        Path.Combine(Path.GetDirectoryName(path)!, "CaptionModel.approved.txt");
}
