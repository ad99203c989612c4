using ShapeKit.Training;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Training;

public sealed class ContrastiveLossTests
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
}
