using ShapeKit.Models;
using ShapeKit.Tests.Documentation;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Models;

public sealed class ModelSummaryTests
{
    [Fact]
    public void The_summary_of_the_network_reads_as_in_the_article()
    {
        using var model = new ShapeCnn();

        Assert.Equal(
            """
            ShapeCnn, input [1, 1, 28, 28]
            layer    type       output shape     parameters
            -------  ---------  ---------------  ----------
            conv1    Conv2d     [1, 32, 26, 26]         320
            pool1    MaxPool2d  [1, 32, 13, 13]           0
            conv2    Conv2d     [1, 64, 11, 11]      18,496
            pool2    MaxPool2d  [1, 64, 5, 5]             0
            flatten  Flatten    [1, 1600]                 0
            dense1   Linear     [1, 64]             102,464
            dense2   Linear     [1, 1]                   65
            Total: 121,345 parameters
            """,
            ModelSummary.Of(model, 1, 1, 28, 28).ToString()
        );
    }

    [Fact]
    public void The_summary_shows_in_a_notebook_in_the_colours_of_the_page()
    {
        using var model = new ShapeCnn();
        string html = ModelSummary.Of(model, 1, 1, 28, 28).ToHtml();

        Assert.Contains(">102,464</td>", html, StringComparison.Ordinal);
        Assert.Contains("Total: 121,345 parameters", html, StringComparison.Ordinal);
        Assert.Contains("color:inherit", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Any_sequence_of_layers_has_a_summary()
    {
        using Sequential model = nn.Sequential(
            ("hidden", nn.Linear(4, 3)),
            ("activation", nn.ReLU()),
            ("norm", nn.BatchNorm1d(3)),
            ("output", nn.Linear(3, 2, hasBias: false))
        );

        ModelSummary summary = ModelSummary.Of(model, 5, 4);

        Assert.Equal(["hidden", "activation", "norm", "output"], summary.Rows.Select(row => row.Name));
        Assert.Equal([15, 0, 6, 6], summary.Rows.Select(row => row.Parameters));
        Assert.Equal([5L, 2L], summary.Rows[^1].OutputShape);
    }

    [Fact]
    public void A_single_layer_has_a_summary()
    {
        using Linear layer = nn.Linear(4, 3);

        Assert.Equal(15, ModelSummary.Of(layer, 1, 4).TotalParameters);
    }

    [Fact]
    public void Nested_shared_own_and_unused_parameters_are_each_counted_once()
    {
        using var model = new Unusual();

        ModelSummary summary = ModelSummary.Of(model, 1, 4);

        Assert.Equal(
            [("inner.0", 20), ("inner.0", 0), ("Unusual", 7), ("unused", 6)],
            summary.Rows.Select(row => (row.Name, row.Parameters))
        );
        Assert.Equal(model.parameters().Sum(parameter => parameter.numel()), summary.TotalParameters);
    }

    [Fact]
    public void Making_a_summary_leaves_the_network_as_it_was()
    {
        using var model = new ShapeCnn();
        model.train();
        string first = ModelSummary.Of(model, 1, 1, 28, 28).ToString();

        Assert.True(model.training);
        Assert.Equal(first, ModelSummary.Of(model, 1, 1, 28, 28).ToString());
    }

    [Fact]
    public void A_shape_that_does_not_fit_is_named_without_a_native_trace()
    {
        using Sequential model = nn.Sequential(("hidden", nn.Linear(4, 3)));

        string message = Assert.Throws<ArgumentException>(() => ModelSummary.Of(model, 1, 9)).Message;

        Assert.Contains("does not take an input of shape [1, 9]", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
        Assert.Contains(
            "[1, 1, 28, 28] is needed",
            Assert.Throws<ArgumentException>(() => ModelSummary.Of(model)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_layer_that_gives_nothing_is_named()
    {
        using Sequential model = nn.Sequential(("hidden", nn.Linear(4, 3)), ("empty", new Given.Gives(_ => null)), ("last", nn.ReLU()));

        Assert.StartsWith(
            "The layer empty (Gives) gives null or a tensor that was disposed",
            Assert.Throws<InvalidOperationException>(() => ModelSummary.Of(model, 1, 4)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_input_that_memory_does_not_hold_is_named() =>
        Assert.StartsWith(
            "The values of an input of shape [16777216, 16777216] need 1125899.9 GB of memory",
            Assert.Throws<InsufficientMemoryException>(() => ModelSummary.Of(nn.Identity(), 1 << 24, 1 << 24)).Message,
            StringComparison.Ordinal
        );

    private sealed class Unusual : nn.Module<Tensor, Tensor>
    {
        private readonly Sequential inner = nn.Sequential(nn.Linear(4, 4));
        private readonly Linear unused = nn.Linear(2, 2);
        private readonly Parameter scale = nn.Parameter(ones(7));

        public Unusual()
            : base(nameof(Unusual)) => RegisterComponents();

        public override Tensor forward(Tensor input) => inner.call(inner.call(input)) * scale.sum();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
                unused.Dispose();
                scale.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
