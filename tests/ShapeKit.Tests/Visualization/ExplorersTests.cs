using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using ShapeKit.Data;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Review;
using ShapeKit.Tests.Documentation;
using ShapeKit.Visualization;
using TorchSharp;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Visualization;

public sealed class ExplorersTests
{
    private static readonly Regex Script = new("<script.*?</script>|<style>.*?</style>", RegexOptions.Singleline);
    private static readonly Regex Id = new(" id=\"[^\"]+");
    private static readonly float[,] Image =
    {
        { 0, 0, 1, 1 },
        { 0, 0, 1, 1 },
        { 0, 0, 1, 1 },
    };
    private static readonly float[,] Edge =
    {
        { -1, 0, 1 },
        { -1, 0, 1 },
        { -1, 0, 1 },
    };

    private static readonly ShapeGenerator Shapes = new(ShapeGeneratorOptions.Article, seed: 3);

    [Fact]
    public void Without_scripts_one_window_is_worked_out_completely()
    {
        string still = Script.Replace(Explorers.Convolution(Image, Edge).ToHtml(), "");

        Assert.Equal(9, Regex.Count(still, "<b>.*?</b></div>"));
        Assert.Equal(3, Regex.Count(still, "<span>1 × 1</span><b>1</b>"));
        Assert.Contains("sum of the 9 products = <b>3</b>", still, StringComparison.Ordinal);
        Assert.Contains("The window at row 0, column 0 of the image gives 3", still, StringComparison.Ordinal);
    }

    [Fact]
    public void The_script_knows_image_kernel_and_feature_map()
    {
        string html = Explorers.Convolution(Image, Edge).ToHtml();

        Assert.Contains(
            """{"image":[[0,0,1,1],[0,0,1,1],[0,0,1,1]],"kernel":[[-1,0,1],[-1,0,1],[-1,0,1]],"map":[[3,3]]""",
            html,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_kernel_that_does_not_fit_is_refused() =>
        Assert.Contains(
            "3 × 3",
            Assert.Throws<ArgumentException>(() => Explorers.Convolution(new float[2, 5], Edge)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_kernel_over_an_image_with_NaN_is_refused_in_words() =>
        Assert.Contains(
            "holds NaN; only finite numbers can be drawn",
            Assert
                .Throws<ArgumentException>(() =>
                    Explorers.Convolution(
                        new float[,]
                        {
                            { 1, float.NaN },
                            { 1, 1 },
                        },
                        new float[,]
                        {
                            { 1 },
                        }
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void Without_scripts_the_vectors_are_drawn_with_angle_and_similarity()
    {
        string still = Script.Replace(Explorers.Vectors((3, 0), (2, 2)).ToHtml(), "");

        Assert.Contains("class=\"angle\">45.0°", still, StringComparison.Ordinal);
        Assert.Contains("class=\"cosine\">0.707", still, StringComparison.Ordinal);
        Assert.Contains("class=\"dot\">6.00", still, StringComparison.Ordinal);
        Assert.Contains("similar", still, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(still, "<polygon"));
    }

    [Theory]
    [InlineData(1, 0, 0, 2, "0.000", "right angle")]
    [InlineData(1, 1, -2, -2, "−1.000", "opposite directions")]
    [InlineData(1, 1, 2, 2, "1.000", "the same way")]
    [InlineData(0, 0, 2, 2, "undefined", "no direction")]
    public void The_meaning_of_the_similarity_is_said_in_words(double ax, double ay, double bx, double by, string cosine, string words)
    {
        string still = Script.Replace(Explorers.Vectors((ax, ay), (bx, by)).ToHtml(), "");

        Assert.Contains($"class=\"cosine\">{cosine}", still, StringComparison.Ordinal);
        Assert.Contains(words, still, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1e300)]
    [InlineData(-1_000_001)]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void Vectors_that_no_plane_can_show_are_refused(double component)
    {
        Assert.Contains(
            "numbers from -1000000 to 1000000 can be drawn",
            Assert.Throws<ArgumentException>(() => Explorers.Vectors((component, 0), (0, 1))).Message,
            StringComparison.Ordinal
        );
        Assert.Contains("1000000", Explorers.Vectors((0, 1), (1_000_000, 0)).ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Both_vectors_can_be_moved_by_pointer_and_by_keys()
    {
        string html = Explorers.Vectors((3, 0), (2, 2)).ToHtml();

        Assert.Equal(2, Regex.Count(html, "role=\"slider\" aria-label=\"Tip of vector [ab]\""));
        Assert.Contains("pointermove", html, StringComparison.Ordinal);
        Assert.Contains("ArrowUp", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_scripts_the_last_painting_is_shown_and_measured()
    {
        using TorchSharp.torch.Tensor image = TorchSharp.torch.rand(2, 3),
            truth = TorchSharp.torch.tensor(new float[] { 1, 1, 0, 0, 0, 0 }).reshape(2, 3),
            first = TorchSharp.torch.zeros(2, 3),
            last = TorchSharp.torch.tensor(new float[] { 0.5f, 0.4999f, 0.9f, 0, 0, 1 }).reshape(2, 3);

        string still = Script.Replace(Explorers.Painting(image, truth, [first, last], ["start", "epoch <1>"], 2, "Paint").ToHtml(), "");

        Assert.Contains(
            "epoch &lt;1&gt;, threshold 0.50: 12 mm&#178; painted, 8 mm&#178; truly there, Dice 0.400.",
            still,
            StringComparison.Ordinal
        );
        Assert.Contains("class=\"hits\">1 pixel<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"extra\">2 pixels<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"missed\">1 pixel<", still, StringComparison.Ordinal);
        Assert.Single(Regex.Matches(still, "<img [^>]*src=\"data:image/png"));
    }

    [Fact]
    public void Without_scripts_the_line_at_one_half_is_worked_out()
    {
        string still = Script.Replace(
            Explorers.Threshold([0, 0, 0, 0, 1, 1], [0.1f, 0.2f, 0.5f, 0.9f, 0.4f, 0.8f], ["well", "ill & weak"]).ToHtml(),
            ""
        );

        Assert.Contains("class=\"found\">1 of 2<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"sensitivity\">0.500<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"spared\">2 of 4<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"specificity\">0.500<", still, StringComparison.Ordinal);
        // A coin: among a hundred of whom one is ill, its word changes nothing.
        Assert.Contains("class=\"right\">1.0%<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"clear\">99.0%<", still, StringComparison.Ordinal);
        Assert.Contains(
            "With the line at 0.50, 1 of 2 are missed (“ill &amp; weak”), and 2 of 4 are false alarms (“well”).",
            still,
            StringComparison.Ordinal
        );
        Assert.Equal(6, Regex.Count(still, "<rect x=[^>]* height=\"92\""));
    }

    [Fact]
    public void Without_scripts_a_kernel_and_its_feature_map_are_shown()
    {
        string still = Script.Replace(Explorers.Kernel([Image, Image], ["a", "b & c"], Edge).ToHtml(), "");

        Assert.Equal(9, Regex.Count(still, "<input type=\"number\"[^>]* disabled=\"disabled\""));
        Assert.Contains("value=\"-1\" aria-label=\"Row 2, column 0 of the kernel\"", still, StringComparison.Ordinal);
        Assert.Contains("aria-pressed=\"false\">b &amp; c<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"map-size\">1 × 2<", still, StringComparison.Ordinal);
        Assert.Contains("The feature map has 1 × 2 numbers, from 3 to 3.", still, StringComparison.Ordinal);
        Assert.Contains("(3 + 2 · 0 − 3) / 1 + 1 = 1, (4 + 2 · 0 − 3) / 1 + 1 = 2", still, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_scripts_a_move_by_one_pixel_is_measured_before_and_after_each_pooling()
    {
        // A line that moves within a window of two columns.
        float[,] line = new float[8, 8];
        for (int row = 0; row < 8; row++)
        {
            line[row, 2] = 1;
        }

        Explorer explorer = Explorers.Pooling(
            line,
            new float[,]
            {
                { 1 },
            }
        );

        Assert.EndsWith(
            "Moved 1 pixel right: change of the image 1.41, feature map 1.41, map pooled once 0.00, map pooled twice 0.00, map pooled three "
                + "times 0.00.",
            explorer.ToString(),
            StringComparison.Ordinal
        );
        Assert.Equal(10, Regex.Count(explorer.ToHtml(), "<img "));
        Assert.Contains("<span>1 × 1</span>", explorer.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_in_which_nothing_answers_has_no_change() =>
        Assert.EndsWith(
            "image undefined, feature map undefined, map pooled once undefined.",
            Explorers.Pooling(new float[4, 4], Edge).ToString(),
            StringComparison.Ordinal
        );

    [Fact]
    public void Without_scripts_ten_steps_down_the_slope_are_drawn_and_counted()
    {
        // The loss is (w - 3)² + 1, its slope 2 (w - 3): with learning rate 0.25 each step halves the way to 3.
        Explorer explorer = Explorers.Descent([1, 1], [2, 4], start: -1);
        string still = Script.Replace(explorer.ToHtml(), "");

        Assert.Contains("class=\"count\">10<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"weight\">2.996<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"loss\">1.000<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"slope\">−0.008<", still, StringComparison.Ordinal);
        Assert.Contains("class=\"next\">0.002<", still, StringComparison.Ordinal);
        Assert.Equal(11, Regex.Count(Regex.Match(still, "class=\"dots\" d=\"([^\"]*)\"").Groups[1].Value, "h0"));
        Assert.Equal(
            "Down the slope, step by step: a valley over the weights −2 to 8, lowest at 3. 10 steps from weight −1 with learning rate 0.25 "
                + "end at weight 2.996, where the loss is 1.000.",
            explorer.ToString()
        );
    }

    [Theory]
    [InlineData(0.001, 0, 0)]
    [InlineData(0.001, 1000, 0)]
    [InlineData(-1000, -1000, 1)]
    [InlineData(3, 3, -1000)]
    public void Every_curve_has_axes_and_learning_rates_that_arrive_and_that_do_not(double input, double target, double start)
    {
        string html = Explorers.Descent([input], [target], start).ToHtml();
        Match rates = Regex.Match(html, "\"rates\":\\[\"(.*?)\"\\]");
        double[] numbers =
        [
            .. rates.Groups[1].Value.Split("\",\"").Select(rate => double.Parse(rate, System.Globalization.CultureInfo.InvariantCulture)),
        ];

        Assert.DoesNotContain("NaN", html, StringComparison.Ordinal);
        Assert.InRange(Regex.Count(html, "y=\"257\""), 3, 7);
        Assert.InRange(numbers.Length, 20, 60);
        Assert.True(numbers[0] < 0.1 / (input * input) && numbers[^1] > 1.1 / (input * input), rates.Value);
    }

    [Fact]
    public void Without_scripts_an_image_is_shown_at_every_layer_with_the_field_of_the_strongest_neuron()
    {
        Explorer explorer = Explorers.ReceptiveField(new ShapeCnn(seed: 1), Shapes.Generate(1).Images);
        string still = Script.Replace(explorer.ToHtml(), "");

        Assert.Equal(
            ["32 × 26 × 26", "32 × 13 × 13", "64 × 11 × 11", "64 × 5 × 5", "64", "1"],
            Regex.Matches(still, "<p class=\"name\">layer .*?<span>(.*?)</span>").Select(match => match.Groups[1].Value)
        );
        Assert.Contains(
            "layer 4, pooling, 64 × 5 × 5; layer 6, dense and ReLU, 64; layer 7",
            explorer.ToString(),
            StringComparison.Ordinal
        );
        Assert.Matches(
            @"keeps the largest of 2 × 2 numbers of the map before it, and sees 10 × 10 pixels of the image: rows \d+ to \d+",
            explorer.ToString()
        );
        Assert.Single(Regex.Matches(still, "<i style=[^>]*></i></div></div>"));
    }

    [Fact]
    public void A_neuron_sees_exactly_the_pixels_that_change_it()
    {
        ShapeCnn network = new(WeightInitialization.PyTorchDefault, seed: 1);
        (int Layer, int Row, int Column)[] neurons = [(0, 0, 25), (1, 12, 3), (2, 10, 4), (3, 4, 0), (3, 2, 2), (5, 0, 0), (6, 0, 0)];
        string data = Regex.Match(Explorers.ReceptiveField(network, torch.zeros(28, 28)).ToHtml(), "json\">(.*?)</script>").Groups[1].Value;
        var stages = JsonDocument.Parse(data).RootElement.GetProperty("stages").EnumerateArray().ToArray();

        foreach ((int layer, int row, int column) in neurons)
        {
            JsonElement stage = stages[layer > 3 ? layer - 1 : layer];
            (int reach, int jump, int start) = (Of(stage, "reach"), Of(stage, "jump"), Of(stage, "start"));
            (int top, int left) = (start + (jump * row), start + (jump * column));
            (bool[,] told, bool[,] tried) = (new bool[28, 28], ChangedBy(network, layer, row, column));
            for (int i = 0; i < reach * reach; i++)
            {
                told[top + (i / reach), left + (i % reach)] = true;
            }

            Assert.Equal(told, tried);
        }

        static int Of(JsonElement stage, string name) => stage.GetProperty(name).GetInt32();
    }

    [Fact]
    public void Without_scripts_the_first_example_the_answer_and_the_maps_are_shown()
    {
        ShapeCnn network = new(seed: 1);
        ImageDataset examples = Shapes.Generate(3);
        float square = network.Predict(examples.Images[..1]).item<float>();
        string answer = square < 0.5f ? "circle" : "square";
        Explorer explorer = Explorers.Drawing(network, examples);
        string still = Script.Replace(explorer.ToHtml(), "");

        Assert.EndsWith(
            $"The network says {answer}, with probability {Html.Fixed(Math.Max(square, 1 - square), 2)}.",
            explorer.ToString(),
            StringComparison.Ordinal
        );
        Assert.Contains($"class=\"share\">{Html.Fixed(square, 2)}<", still, StringComparison.Ordinal);
        Assert.Equal(
            ["circle 0", "square 1", "circle 2"],
            Regex.Matches(still, "aria-pressed=[^>]*>(\\w+ \\d)<").Select(match => match.Groups[1].Value)
        );
        Assert.Equal(3, Regex.Count(still, "<img "));
    }

    [Fact]
    public void Every_explorer_is_complete_in_itself_and_unique_on_the_page()
    {
        Explorer[] explorers =
        [
            Explorers.Convolution(Image, Edge, "<i>"),
            Explorers.Vectors((1, 2), (3, 4), "<i>"),
            Explorers.Threshold([0, 1], [0.2f, 0.8f], ["a", "b"], "<i>"),
            Explorers.Descent([1, 2], [2, 4], title: "<i>"),
            Explorers.Kernel([Image], ["a"], Edge, "<i>"),
            Explorers.Pooling(new float[4, 4], Edge, "<i>"),
            Explorers.Space(rand(2, 1, 8, 8), rand(2, 3), ["a", "b"], ["g", "g"], ["<b>", "c"], rand(2, 3), "<i>"),
            Explorers.ReceptiveField(new ShapeCnn(seed: 1), torch.zeros(28, 28), "<i>"),
            Explorers.Drawing(new ShapeCnn(seed: 1), Shapes.Generate(2), "<i>"),
            Explorers.Drafts(
                TorchSharp.torch.zeros(1, 1, 4, 4),
                [Draft("no nodule .")],
                [
                    [],
                ],
                title: "<i>"
            ),
        ];
        foreach (Explorer explorer in explorers)
        {
            string html = explorer.ToHtml();
            Assert.DoesNotContain("http", html, StringComparison.Ordinal);
            Assert.Contains("&lt;i&gt;</figcaption>", html, StringComparison.Ordinal);
            Assert.NotEqual(explorer.ToHtml(), html);
            Assert.Single(Id.Matches(html));
            Assert.StartsWith("<i>: ", explorer.ToString(), StringComparison.Ordinal);
            XElement.Parse(Script.Replace(html, "").Replace(" hidden>", ">", StringComparison.Ordinal)); // tags are balanced
        }
    }

    [Fact]
    public void Without_scripts_each_draft_stands_beside_what_was_drawn_and_what_the_script_decides()
    {
        Explorer explorer = Explorers.Drafts(
            TorchSharp.torch.zeros(3, 1, 4, 4),
            [Draft("no nodule ."), Draft("no nodule ."), Draft("babble <b>", 0.6) with { Threshold = 0.9 }],
            [
                [],
                [new Finding(LungSide.Left, LungZone.Lower, 27, 0, 0)],
                [],
            ]
        );
        string still = Script.Replace(explorer.ToHtml(), "");

        Assert.Equal(
            "Drafts beside their images: 3 drafts, of which 1 say what was drawn. The scripted reviewer, which knows it, decides: 1 accepted, "
                + "0 edited, 2 rejected.",
            explorer.ToString()
        );
        Assert.Equal(3, Regex.Count(still, "<li><img src=\"data:image/png;base64,"));
        Assert.Contains(
            "<p>drawn: one nodule of about 25 mm in the left lower lung field.</p><p>draft: no nodule. (confidence 1.00)</p>"
                + "<p>scripted reviewer: rejected</p>",
            still,
            StringComparison.Ordinal
        );
        Assert.Contains("draft: babble &lt;b&gt; (held back: confidence 0.22 is under 0.90)", still, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_scripts_the_least_sure_word_of_a_report_is_worked_out()
    {
        float[,] map =
        {
            { 0, 1 },
            { 0, 0 },
        };
        WordProbability[] next = [new("one", 0.6), new("no", 0.3), new("two", 0.1)];
        Caption caption = new(
            "one nodule",
            [new("one", 0.6, next, map), new("nodule", 0.9, [new("nodule", 0.9)], map), new("<end>", 1, [new("<end>", 1)], map)]
        );
        Explorer explorer = Explorers.Report(torch.zeros(1, 1, 4, 4), caption);
        string still = Script.Replace(explorer.ToHtml(), "");

        Assert.Equal(3, Regex.Count(still, "<button[^>]* aria-pressed"));
        Assert.Contains("aria-pressed=\"true\" tabindex=\"0\">one<", still, StringComparison.Ordinal);
        Assert.Equal(2, Regex.Count(still, "class=\"panel\" hidden"));
        Assert.Contains(
            "<span class=\"word\">two</span><span class=\"bar\"><i style=\"width:10%\"></i></span><span class=\"share\">10.0%</span>",
            still,
            StringComparison.Ordinal
        );
        Assert.Contains("&lt;end&gt;", still, StringComparison.Ordinal);
        Assert.Contains("least sure of the word “one”", explorer.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "A report of 0 steps",
            Assert.Throws<ArgumentException>(() => Explorers.Report(torch.zeros(4, 4), new Caption("", []))).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Without_scripts_the_images_nearest_to_the_first_sentence_are_shown_with_their_similarities()
    {
        using Tensor images = rand(8, 1, 8, 8),
            vectors = tensor(new float[] { 1, 0, 0, 1, -1, 0, 0, -1, 3, 3, -3, 3, 3, -3, -3, -3 }).reshape(8, 2),
            words = tensor(new float[] { 2, 0, 0, 5 }).reshape(2, 2);
        string[] captions = [.. "abcdefgh".Select(letter => $"image {letter}")];
        Explorer explorer = Explorers.Space(
            images,
            vectors,
            captions,
            ["left", "left", "left", "left", "right", "right", "right", "right"],
            ["to the right", "up & away"],
            words
        );
        string still = Script.Replace(explorer.ToHtml(), "");

        Assert.Equal(8, Regex.Count(still, "<image "));
        Assert.Equal(6, Regex.Count(still, "<img src=\"data:image"));
        Assert.Equal(6, Regex.Count(still, "class=\"ring\""));
        Assert.Contains("alt=\"image a\"/><p><b>1.00</b>", still, StringComparison.Ordinal);
        Assert.Contains("alt=\"image e\"/><p><b>0.71</b>", still, StringComparison.Ordinal);
        Assert.Contains("<option>up &amp; away</option>", still, StringComparison.Ordinal);
        Assert.StartsWith(
            "The common space of images and sentences: a map with 4 images “left”, 4 images “right”. Nearest to the sentence “to the "
                + "right”: image a (1.00), image e (0.71), image g (0.71), image b (0.00), image d (0.00), ",
            explorer.ToString(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Pictures_on_the_map_do_not_cover_each_other()
    {
        using Tensor images = rand(60, 1, 8, 8),
            vectors = rand(60, 3),
            words = rand(1, 3);
        string[] names = [.. Enumerable.Range(0, 60).Select(i => $"{i}")];
        string still = Explorers.Space(images, vectors, names, [.. names.Select(_ => "g")], ["s"], words).ToHtml();

        (double X, double Y)[] places =
        [
            .. Regex
                .Matches(still, "class=\"point\" data-image=\"\\d+\" transform=\"translate\\(([^ ]+) ([^)]+)\\)")
                .Select(match =>
                    (
                        double.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture),
                        double.Parse(match.Groups[2].Value, System.Globalization.CultureInfo.InvariantCulture)
                    )
                ),
        ];
        Assert.InRange(places.Length, 10, 59);
        for (int i = 0; i < places.Length; i++)
        {
            for (int j = 0; j < i; j++)
            {
                Assert.True(Math.Max(Math.Abs(places[i].X - places[j].X), Math.Abs(places[i].Y - places[j].Y)) > 40);
            }
        }
    }

    /// <summary>
    /// The pixels on which a neuron's value depends, by the gradients over many images: a maximum tells only of one of its four.
    /// </summary>
    private static bool[,] ChangedBy(ShapeCnn network, int layer, int row, int column)
    {
        torch.Tensor images = torch.rand(200, 1, 28, 28, generator: new torch.Generator(1)).requires_grad_();
        torch.Tensor x = images;
        torch.nn.Module<torch.Tensor, torch.Tensor>[] layers = [.. network.children().Cast<torch.nn.Module<torch.Tensor, torch.Tensor>>()];
        foreach (var each in layers[..(layer + 1)])
        {
            x = each.call(x);
        }

        (x.shape.Length == 4 ? x[.., .., row, column] : x).sum().backward();
        float[,] changes = Pixels.Read(images.grad!.abs().sum(dim: 0))[0];
        bool[,] changed = new bool[28, 28];
        for (int i = 0; i < changes.Length; i++)
        {
            changed[i / 28, i % 28] = changes[i / 28, i % 28] > 0;
        }

        return changed;
    }

    private static DraftReport Draft(string text, double probability = 1)
    {
        Caption caption = Given.Caption(text, probability);
        return DraftReport.From("chest", "model", caption with { Text = Vocabulary.Sentence(Vocabulary.Tokenize(text)) });
    }
}
