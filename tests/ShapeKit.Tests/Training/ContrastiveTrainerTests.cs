using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Training;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

[Collection(nameof(TorchState))]
public sealed class ContrastiveTrainerTests
{
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
    public void Reading_teaches_a_part_of_a_note_to_find_the_notes_that_hold_it()
    {
        using var scope = NewDisposeScope();
        ChartNote[] notes =
        [
            .. Enumerable
                .Range(0, 112)
                .Select(i => new ChartNote(20 + (10 * (i / 16)), (i & 1) > 0, (i & 2) > 0, (i & 4) > 0, (i & 8) > 0)),
        ];
        var model = new ImageTextModel(new Vocabulary(ChartNote.Words), imageSize: 32, width: 16, dimensions: 16, seed: 1);
        Tensor images = rand(2, 1, 32, 32),
            looking = model.LookAtAll(images);
        var trainer = new ContrastiveTrainer(model, new ContrastiveOptions { Epochs = 60, BatchSize = 28 });

        IReadOnlyList<ContrastiveEpoch> epochs = trainer.Read(notes);

        Assert.True(epochs[^1].Loss < epochs[0].Loss);
        Assert.StartsWith("reading, epoch 60/60: loss ", epochs[^1].ToString(), StringComparison.Ordinal);
        Assert.True(looking.Equals(model.LookAtAll(images)));
        Tensor vectors = model.EncodeSentences([.. notes.Select(note => note.Write())]);
        // A quarter of the notes fit; by chance 3 or 4 of 14 would.
        Tensor found = model.EncodeSentences("smokes, afebrile").matmul(vectors.t()).topk(14, 1).indexes;
        Assert.InRange(found.data<long>().ToArray().Count(i => notes[i].Smokes && !notes[i].HasFever), 8, 14);
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
