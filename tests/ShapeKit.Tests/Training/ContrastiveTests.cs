using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Training;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

[Collection(nameof(TorchState))]
public sealed class ContrastiveTests
{
    private static readonly double[,] Similarities =
    {
        { 2, 0.5, -1 },
        { 0, 1, 0.3 },
        { 1.5, -0.2, 0.8 },
    };

    [Fact]
    public void The_loss_is_what_figure_3_gives_by_hand()
    {
        using Tensor logits = tensor(Similarities).to(ScalarType.Float32);
        using Tensor loss = ContrastiveLoss.SymmetricInfoNce(logits);

        double images = 0,
            sentences = 0;
        for (int i = 0; i < 3; i++)
        {
            double row = 0,
                column = 0;
            for (int j = 0; j < 3; j++)
            {
                row += Math.Exp(Similarities[i, j]);
                column += Math.Exp(Similarities[j, i]);
            }

            images += -Math.Log(Math.Exp(Similarities[i, i]) / row) / 3;
            sentences += -Math.Log(Math.Exp(Similarities[i, i]) / column) / 3;
        }

        Assert.Equal((images + sentences) / 2, loss.item<float>(), 1e-5);
    }

    [Fact]
    public void Pairs_of_equal_meaning_are_right_answers_for_each_other()
    {
        using Tensor logits = tensor(Similarities).to(ScalarType.Float32);
        using Tensor loss = ContrastiveLoss.SymmetricInfoNce(logits, [7, 3, 7]),
            different = ContrastiveLoss.SymmetricInfoNce(logits, [1, 2, 3]),
            plain = ContrastiveLoss.SymmetricInfoNce(logits);

        double expected = 0;
        for (int i = 0; i < 3; i++)
        {
            int[] right = i == 1 ? [1] : [0, 2];
            foreach (int j in right)
            {
                expected += (-LogShare(i, j, byRow: true) - LogShare(j, i, byRow: false)) / right.Length / 6;
            }
        }

        Assert.Equal(expected, loss.item<float>(), 1e-5);
        Assert.Equal(plain.item<float>(), different.item<float>(), 1e-5);

        static double LogShare(int row, int column, bool byRow)
        {
            double sum = 0;
            for (int k = 0; k < 3; k++)
            {
                sum += Math.Exp(byRow ? Similarities[row, k] : Similarities[k, column]);
            }

            return Math.Log(Math.Exp(Similarities[row, column]) / sum);
        }
    }

    [Fact]
    public void Similarities_that_are_all_equal_cost_the_logarithm_of_their_number()
    {
        using Tensor logits = full([5, 5], 3f),
            oblong = zeros(2, 3);
        using Tensor loss = ContrastiveLoss.SymmetricInfoNce(logits);

        Assert.Equal(Math.Log(5), loss.item<float>(), 1e-5);
        Assert.StartsWith(
            "The loss takes similarities [N, N] and, where meanings are given, N of them; these are [2, 3] with 0 meanings.",
            Assert.Throws<ArgumentException>(() => ContrastiveLoss.SymmetricInfoNce(oblong)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => ContrastiveLoss.SymmetricInfoNce(logits, [1, 2]));
    }

    [Fact]
    public void Recall_counts_the_queries_whose_best_items_hold_a_right_one()
    {
        using Tensor similarities = tensor(new float[] { 0.9f, 0.1f, 0.2f, 0.8f, 0.3f, 0.5f, 0.1f, 0.2f, 0.7f }).reshape(3, 3);
        using Tensor right = tensor(new[] { true, false, false, true, true, false, false, false, false }).reshape(3, 3);

        Assert.Equal(2 / 3.0, Retrieval.RecallAt(similarities, 1), 1e-12);
        Assert.Equal(2 / 3.0, Retrieval.RecallAt(similarities, 2), 1e-12);
        Assert.Equal(1, Retrieval.RecallAt(similarities, 3), 1e-12);
        Assert.Equal(2 / 3.0, Retrieval.RecallAt(similarities, 1, right), 1e-12);
        Assert.StartsWith(
            "The 3 items allow a k of 1 to 3.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Retrieval.RecallAt(similarities, 4)).Message,
            StringComparison.Ordinal
        );
        using Tensor broken = full([3, 3], float.NaN);
        Assert.Contains(
            "not numbers",
            Assert.Throws<ArgumentException>(() => Retrieval.RecallAt(broken, 1)).Message,
            StringComparison.Ordinal
        );
        using Tensor narrow = zeros(3, 2);
        Assert.Contains(
            "these are [3, 2]",
            Assert.Throws<ArgumentException>(() => Retrieval.RecallAt(narrow, 1)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Both_lessons_lower_their_loss_and_repeat_to_the_last_bit()
    {
        using PhantomDataset train = Large(64);
        (IReadOnlyList<ContrastiveEpoch> looking, IReadOnlyList<ContrastiveEpoch> matching) = Run(out int heard);
        (IReadOnlyList<ContrastiveEpoch> lookingAgain, IReadOnlyList<ContrastiveEpoch> matchingAgain) = Run(out _);

        Assert.True(looking[^1].Loss < looking[0].Loss);
        Assert.True(matching[^1].Loss < matching[0].Loss);
        Assert.Equal(looking.Select(epoch => epoch.Loss), lookingAgain.Select(epoch => epoch.Loss));
        Assert.Equal(matching.Select(epoch => epoch.Loss), matchingAgain.Select(epoch => epoch.Loss));
        Assert.Equal(8, heard);
        Assert.StartsWith("matching, epoch 5/5: loss ", matching[^1].ToString(), StringComparison.Ordinal);

        (IReadOnlyList<ContrastiveEpoch>, IReadOnlyList<ContrastiveEpoch>) Run(out int heard)
        {
            int count = 0;
            using var model = new ImageTextModel(new Vocabulary(ReportGrammar.Words), imageSize: 32, width: 8, dimensions: 8, seed: 1);
            var trainer = new ContrastiveTrainer(
                model,
                new ContrastiveOptions
                {
                    LookingEpochs = 3,
                    Epochs = 5,
                    BatchSize = 16,
                    AfterEpoch = _ =>
                    {
                        Assert.False(model.training);
                        count++;
                    },
                }
            );
            (IReadOnlyList<ContrastiveEpoch>, IReadOnlyList<ContrastiveEpoch>) result = (trainer.Look(train), trainer.Match(train));
            heard = count;
            return result;
        }
    }

    [Fact]
    public void Matching_leaves_the_part_that_looks_as_it_is_and_keeps_the_temperature_in_its_range()
    {
        using PhantomDataset train = Large(32);
        using var model = new ImageTextModel(new Vocabulary(ReportGrammar.Words), imageSize: 32, width: 8, dimensions: 8, seed: 1);
        using Tensor before = model.LookAtAll(train.Images);
        new ContrastiveTrainer(
            model,
            new ContrastiveOptions
            {
                Epochs = 20,
                BatchSize = 8,
                LearningRate = 0.5,
            }
        ).Match(train);
        using Tensor after = model.LookAtAll(train.Images);

        Assert.True(before.Equals(after));
        Assert.InRange(model.Temperature, 1 / ImageTextModel.LargestScale * 0.999, 1.001);
    }

    [Fact]
    public void Neither_lesson_leaves_tensors_behind()
    {
        using PhantomDataset train = Large(16);
        using var model = new ImageTextModel(new Vocabulary(ReportGrammar.Words), imageSize: 32, width: 8, dimensions: 8, seed: 1);
        var trainer = new ContrastiveTrainer(
            model,
            new ContrastiveOptions
            {
                LookingEpochs = 1,
                Epochs = 1,
                BatchSize = 8,
            }
        );
        Learn();

        long before = TorchState.LiveTensors();
        Learn();
        Assert.Equal(before, Tensor.TotalCount);

        void Learn()
        {
            trainer.Look(train);
            trainer.Match(train);
        }
    }

    [Fact]
    public void Training_can_be_stopped_and_bad_options_are_refused()
    {
        using PhantomDataset train = Large(4),
            none = train.Slice(0, 0);
        using var model = new ImageTextModel(new Vocabulary(ReportGrammar.Words), imageSize: 32, width: 8, dimensions: 8, seed: 1);

        Assert.Throws<OperationCanceledException>(() => new ContrastiveTrainer(model).Look(train, new CancellationToken(true)));
        Assert.Throws<OperationCanceledException>(() => new ContrastiveTrainer(model).Match(train, new CancellationToken(true)));
        Assert.StartsWith(
            "A batch holds at least two pairs",
            Assert.Throws<ArgumentOutOfRangeException>(() => new ContrastiveTrainer(model, new() { BatchSize = 1 }).Match(train)).Message,
            StringComparison.Ordinal
        );
        Assert.StartsWith(
            "The data set has no images",
            Assert.Throws<ArgumentException>(() => new ContrastiveTrainer(model).Look(none)).Message,
            StringComparison.Ordinal
        );
    }

    private static PhantomDataset Large(int count) =>
        new PhantomGenerator(
            new PhantomGeneratorOptions
            {
                ImageSize = 32,
                MaxNodules = 1,
                Sizes = [NoduleSize.Large],
            },
            seed: 1
        ).Generate(count);
}
