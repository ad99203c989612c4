using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ShapeKit.Data;
using ShapeKit.Evaluation;
using ShapeKit.Generation;
using ShapeKit.Models;
using ShapeKit.Operators;
using ShapeKit.Review;
using ShapeKit.Tests.Documentation;
using ShapeKit.Training;
using ShapeKit.Visualization;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace ShapeKit.Tests.Visualization;

/// <summary>What a reader's pointer and keys do to the explorers, in the system's Chromium.</summary>
public sealed class ExplorersInBrowserTests
{
    private static readonly Regex Log = new("<pre id=\"log\">(.*?)</pre>", RegexOptions.Singleline);

    [Fact]
    public async Task The_line_gives_what_the_library_computes_wherever_it_stands()
    {
        int[] labels = [.. Enumerable.Range(0, 40).Select(i => i % 2)];
        float[] probabilities = [.. labels.Select((label, i) => ((i * 37 % 40) + (label * 15)) / 60f)];
        int[] lines = [0, 25, 40, 50, 65, 100];

        string[] seen = await Run(
            Explorers.Threshold(labels, probabilities, ["well", "ill"]).ToHtml(),
            $$"""
            slide('.rarity', 8); // one in two, as in the data
            for (const line of {{JsonSerializer.Serialize(lines)}}) {
              slide('.threshold', line);
              log(['.sensitivity', '.specificity', '.right'].map(read).join(' '));
            }
            press('.scores', (14 + 0.7 * 400) / 428, 0.5);
            log(read('output'));
            """
        );

        Assert.Equal(
            [
                .. lines.Select(line =>
                {
                    var report = ClassificationReport.From(labels, probabilities, ["well", "ill"], line / 100.0);
                    string right = double.IsNaN(report.Precision)
                        ? "never given"
                        : FormattableString.Invariant($"{100 * report.Precision:F1}%");
                    return FormattableString.Invariant($"{report.Sensitivity:F3} {report.Specificity:F3} {right}");
                }),
                "0.70",
            ],
            seen
        );
    }

    [Fact]
    public async Task A_painting_is_measured_as_by_the_library_at_each_epoch_and_threshold()
    {
        using torch.Tensor image = torch.tensor(Random(6, 5)),
            truth = torch.tensor(Random(6, 5)) > 0.6f;
        torch.Tensor[] steps = [torch.zeros(6, 5), torch.tensor(Random(7, 5))[..6], torch.full(6, 5, 0.29f)];
        (int Epoch, int Threshold)[] settings = [(0, 1), (1, 1), (1, 29), (1, 50), (1, 100), (2, 29), (2, 30)];

        string[] seen = await Run(
            Explorers.Painting(image, truth, steps, ["start", "one", "two"], 4).ToHtml(),
            $$"""
            for (const [epoch, threshold] of {{JsonSerializer.Serialize(
                settings.Select(setting => new[] { setting.Epoch, setting.Threshold })
            )}}) {
              slide('.epoch', epoch);
              slide('.threshold', threshold);
              log([...['.dice', '.painted', '.there'].map(read), find('.epoch').getAttribute('aria-valuetext')].join(' '));
            }
            """
        );

        Assert.Equal(
            [
                .. settings.Select(setting =>
                {
                    using torch.Tensor painted = steps[setting.Epoch] >= setting.Threshold / 100f;
                    return $"{Html.Fixed(Overlap.Dice(painted, truth), 3)} {16 * painted.sum().item<long>()} mm² "
                        + $"{16 * truth.sum().item<long>()} mm² {new[] { "start", "one", "two" }[setting.Epoch]}";
                }),
            ],
            seen
        );
    }

    [Fact]
    public async Task Paint_lies_over_the_image_until_the_reader_takes_it_away()
    {
        using torch.Tensor image = torch.full(2, 2, 0.5f),
            truth = torch.tensor(new float[] { 1, 0, 1, 0 }).reshape(2, 2),
            step = torch.tensor(new float[] { 1, 1, 0, 0 }).reshape(2, 2);
        int[][] colors = [.. new[] { Palette.Green, Palette.Orange, Palette.Blue }.Select(Half), [128, 128, 128]],
            greys = [.. Enumerable.Repeat(new[] { 128, 128, 128 }, 4)];

        string[] seen = await Run(
            Explorers.Painting(image, truth, [step], ["end"], 4).ToHtml(),
            $$"""
            const colors = {{JsonSerializer.Serialize(colors)}}, greys = {{JsonSerializer.Serialize(
                greys
            )}}, look = () => log(shows(find('.picture'), colors) + ' ' + shows(find('.picture'), greys));
            slide('.threshold', 50);
            look();
            click('.overlay');
            look();
            click('.overlay');
            look();
            """
        );

        Assert.Equal(["true false", "false true", "true false"], seen);

        static int[] Half(string color)
        {
            var paint = SkiaSharp.SKColor.Parse(color);
            return [(128 + paint.Red) / 2, (128 + paint.Green) / 2, (128 + paint.Blue) / 2];
        }
    }

    [Fact]
    public async Task A_ball_takes_the_steps_of_SGD_whether_they_arrive_leap_or_diverge()
    {
        double[] rates = [0.05, 0.21, 0.25];

        string[] seen = await Run(
            Explorers.Descent(Dose, Effect).ToHtml(),
            $$"""
            for (const rate of {{JsonSerializer.Serialize(rates)}}) {
              slide('.rate', Math.round(rate / 0.005) - 1);
              click('.again');
              for (let step = 1; step <= 8; step++) {
                click('.one');
                log([read('output'), ...['.count', '.weight', '.slope', '.loss'].map(read)].join(' '));
              }
            }
            """
        );

        Assert.Equal([.. rates.SelectMany(rate => StepsOfSgd(rate, 8))], seen);
    }

    [Fact]
    public async Task What_a_step_did_is_said_in_words_and_the_ball_lies_where_it_is_put()
    {
        string[] seen = await Run(
            Explorers.Descent(Dose, Effect).ToHtml(),
            """
            log(read('.words'));
            click('.one');
            log(read('.words'));
            for (const rate of [41, 49]) {
              slide('.rate', rate);
              click('.again');
              click('.one');
              log(read('.words'));
            }
            slide('.rate', 20);
            for (let step = 0; step < 20; step++) click('.one');
            log(read('.words'));
            press('.plane', (46 + 400 * (1 - 28.5 / 14 * -0.25) / (28.5 / 14 * 2.5)) / 460, 0.5);
            log(read('.weight') + ' after ' + read('.count'));
            key('.plane', 'ArrowRight');
            log(read('.weight') + ' ' + root.querySelector('.plane').getAttribute('aria-valuetext'));
            """
        );

        Assert.Equal("The ball lies at weight 0.000. It goes down to the right.", seen[0]);
        Assert.Equal("The step went down to the right and stayed on the same side of the floor.", seen[1]);
        Assert.Equal("The step leapt across the floor to the other side, and it landed lower than before.", seen[2]);
        Assert.StartsWith("The ball has left the picture: its weight is 4.750. Each step leaps farther than the one before", seen[3]);
        Assert.StartsWith("Here the slope is 0: the ball lies on the floor of the valley", seen[4]);
        Assert.Equal(["1.000 after 0", "1.050 1.05"], seen[5..]);
    }

    [Theory]
    [InlineData(false, "block", "0 1 3 stop", "3 run")]
    [InlineData(true, "none", "0 0 0 run", "0 run")]
    public async Task The_ball_runs_when_it_is_asked_and_never_where_the_reader_wants_no_motion(
        bool still,
        string display,
        string running,
        string stopped
    )
    {
        string[] seen = await Run(
            Explorers.Descent(Dose, Effect).ToHtml(),
            """
            const wait = () => new Promise(done => setTimeout(done, 900)), run = root.querySelector('.run');
            log(getComputedStyle(run).display.replace('inline-', ''));
            await wait();
            const counts = [read('.count')];
            run.click();
            counts.push(read('.count'));
            await wait();
            log([...counts, read('.count'), run.textContent].join(' '));
            if (run.textContent === 'stop') run.click();
            await wait();
            log(read('.count') + ' ' + run.textContent);
            """,
            still ? ["--force-prefers-reduced-motion"] : []
        );

        Assert.Equal([display, running, stopped], seen);
    }

    [Fact]
    public async Task A_moved_image_changes_each_stage_by_what_the_operators_give()
    {
        float[,] image = Random(14, 13);
        (int Down, int Right)[] places = [(2, 1), (2, -1), (-3, 3), (0, 0)];

        string[] seen = await Run(
            Explorers.Pooling(image, Kernels.VerticalEdge).ToHtml(),
            $$"""
            const stages = {{JsonSerializer.Serialize(places.Select(place => Pictures(Moved(image, place.Down, place.Right))))}};
            const look = place => log(read('.words') + ' ' + [...root.querySelectorAll('.moved')].every((picture, i) => shows(picture, stages[place][i])));
            key('.hold', 'ArrowDown');
            key('.hold', 'ArrowDown');
            look(0);
            key('.hold', 'ArrowLeft');
            key('.hold', 'ArrowLeft');
            look(1);
            press('.hold', 0.99, 0.01); // as far as it goes
            look(2);
            click('.back');
            look(3);
            """
        );

        Assert.Equal(
            [
                .. new[] { "2 pixels down and 1 pixel right", "2 pixels down and 1 pixel left", "3 pixels up and 3 pixels right" }.Select(
                    (words, i) => $"Moved {words}: {Changes(image, Moved(image, places[i].Down, places[i].Right))} true"
                ),
                $"Not moved: {Changes(image, image)} true",
            ],
            seen
        );
    }

    [Fact]
    public async Task A_finger_moves_the_shape_to_where_it_is_and_drags_it_on()
    {
        float[,] dot = new float[16, 16];
        dot[5, 7] = 1;

        string[] seen = await Run(
            Explorers.Pooling(dot, Kernels.Blur).ToHtml(),
            """
            press('.hold', 8.5 / 16, 3.5 / 16);
            log(read('.words').split(':')[0]);
            press('.hold', 5.5 / 16, 6.5 / 16, 'pointermove');
            log(read('.words').split(':')[0]);
            """
        );

        Assert.Equal(["Moved 2 pixels up and 1 pixel right", "Moved 1 pixel down and 2 pixels left"], seen);
    }

    [Fact]
    public async Task A_changed_kernel_gives_the_feature_map_of_the_library()
    {
        float[,] image = Random(11, 8);
        (float[,] Kernel, int Stride, int Padding)[] settings =
        [
            (Kernels.Blur, 1, 0),
            (Kernels.SobelX, 2, 1),
            (Random(3, 3), 3, 2),
            (new float[3, 3], 1, 1),
        ];
        float[][,] maps = [.. settings.Select(setting => Convolution.Apply(image, setting.Kernel, setting.Stride, setting.Padding))];

        string[] seen = await Run(
            Explorers.Kernel([Random(9, 9), image], ["one", "two"], Kernels.Identity).ToHtml(),
            $$"""
            const numbers = [...root.querySelectorAll('.numbers input')], maps = {{JsonSerializer.Serialize(maps.Select(Picture))}};
            root.querySelectorAll('.choice button')[1].click();
            let i = 0;
            for (const [kernel, stride, padding] of {{JsonSerializer.Serialize(
                settings.Select(setting => new object[] { setting.Kernel.Cast<float>(), setting.Stride, setting.Padding })
            )}}) {
              kernel.forEach((weight, k) => { numbers[k].value = weight; });
              slide('.stride', stride);
              slide('.padding', padding);
              log(read('.words') + ' ' + shows(find('.map'), maps[i++]));
              press('.map', 0.999, 0.001);
              log(read('.words'));
            }
            """
        );

        Assert.Equal(
            [
                .. maps.SelectMany(map =>
                    new[]
                    {
                        $"The feature map has {map.GetLength(0)} × {map.GetLength(1)} numbers, from {Html.Number(map.Cast<float>().Min())} to "
                            + $"{Html.Number(map.Cast<float>().Max())}. true",
                        $"The feature map holds {Html.Number(map[0, map.GetLength(1) - 1])} at row 0, column {map.GetLength(1) - 1}.",
                    }
                ),
            ],
            seen
        );
    }

    [Fact]
    public async Task An_image_is_drawn_by_finger_and_by_keys_and_a_number_that_is_none_counts_as_zero()
    {
        float[,] drawn = new float[8, 8];
        for (int i = 1; i <= 5; i++)
        {
            drawn[i, i] = 1;
        }

        drawn[3, 3] = 0;
        drawn[1, 0] = 1;

        string[] seen = await Run(
            Explorers.Kernel([Random(8, 8)], ["one"], Kernels.Identity).ToHtml(),
            $$"""
            root.querySelector('.choice button:last-child').click();
            press('.paper', 1.5 / 8, 1.5 / 8);
            press('.paper', 5.5 / 8, 5.5 / 8, 'pointermove'); // a fast finger
            press('.paper', 3.5 / 8, 3.5 / 8);
            key('.paper', 'ArrowDown');
            key('.paper', ' ');
            log(shows(find('.image'), {{JsonSerializer.Serialize(Colors(drawn, ColorScale.Grey, 0, 1))}}));
            log(shows(find('.map'), {{JsonSerializer.Serialize(Picture(Convolution.Apply(drawn, Kernels.Identity)))}}));
            const number = root.querySelectorAll('.numbers input')[4];
            number.value = 1000;
            number.dispatchEvent(new Event('input'));
            log(read('.words'));
            """
        );

        Assert.Equal(
            [
                "true",
                "true",
                "The feature map has 6 × 6 numbers, from 0 to 0. A number from −100 to 100 belongs in each cell of the kernel; until then 0 "
                    + "counts.",
            ],
            seen
        );
    }

    [Fact]
    public async Task A_chosen_or_typed_sentence_shows_the_six_nearest_images_as_the_library_finds_them()
    {
        using var scope = torch.NewDisposeScope();
        torch.Tensor images = torch.rand(20, 1, 8, 8),
            vectors = torch.randn(20, 5),
            words = torch.randn(3, 5);
        string[] captions = [.. Enumerable.Range(0, 20).Select(i => $"image {i}")],
            sentences = ["no nodule.", "right upper zone: large nodule.", "left upper zone: large nodule."];

        string[] seen = await Run(
            Explorers.Space(images, vectors, captions, [.. captions.Select(_ => "all")], sentences, words).ToHtml(),
            """
            const found = () => [...find('.nearest').children].map(tile => tile.querySelector('span').textContent + ' ' + tile.querySelector('b').textContent).join(', ');
            const type = text => slide('.typed', text);
            find('.list').selectedIndex = 1;
            find('.list').dispatchEvent(new Event('change'));
            log(found());
            log(find('.typed').value + ' ' + find('.nearest img').alt);
            type('UPPER');
            log(read('.words') + ' ' + find('.list').options.length);
            type('left upper zone:  large nodule');
            log(found());
            type('tumour');
            log(read('.words'));
            type('nod');
            key('.typed', 'Enter');
            log(found());
            """
        );

        string Found(int sentence) =>
            string.Join(
                ", ",
                Retrieval
                    .Nearest(Retrieval.Cosines(words[sentence..(sentence + 1)], vectors), 6)
                    .Select(hit => $"image {hit.Index} {Html.Fixed(hit.Similarity, 2)}")
            );
        Assert.Equal(
            [
                Found(1),
                $"{sentences[1]} {Found(1).Split(' ')[0]} {Found(1).Split(' ')[1]}",
                $"2 of 3 sentences hold these words; choose one of them. Still nearest to “{sentences[1]}”: 2",
                Found(2),
                $"No sentence of the list holds the word “tumour”. Still nearest to “{sentences[2]}”:",
                Found(0),
            ],
            seen
        );
    }

    [Fact]
    public async Task A_report_is_stepped_through_and_each_word_shows_its_five_likeliest_and_where_the_decoder_looked()
    {
        float[,] image = Random(8, 8);
        Caption caption = new(
            "one nodule .",
            [
                .. new[] { "one", "nodule", ".", "<end>" }.Select(
                    (word, i) => new CaptionStep(word, 0.9 - (i * 0.2), Likely(word, i), Random(4, 4 + (i % 2 * 4)))
                ),
            ]
        );

        string[] seen = await Run(
            Explorers.Report(torch.tensor(image), caption).ToHtml(),
            """
            const look = () => {
              const panels = [...root.querySelectorAll('.panel')].filter(panel => panel.checkVisibility());
              const rows = [...panels[0].querySelectorAll('.next div')].map(row => row.querySelector('.word').textContent + ' ' + row.querySelector('.share').textContent);
              const pressed = [...root.querySelectorAll('.words button')].filter(word => word.getAttribute('aria-pressed') === 'true');
              log([panels.length, ...pressed.map(word => word.textContent), rows.join(', '), panels[0].querySelector('img').src].join(' | '));
            };
            look();
            for (let i = 0; i < 9; i++) click('.back');
            look();
            click('.on');
            look();
            document.querySelectorAll('.words button')[3].click();
            click('.on');
            look();
            key('.words button[aria-pressed=true]', 'ArrowLeft');
            look();
            log(document.activeElement.textContent + ' ' + read('.said'));
            const red = find('.red'), showsRed = () => find('.panel:not([hidden]) img').src !== find('.plain').src;
            red.click();
            log(showsRed());
            red.click();
            log(showsRed());
            """
        );

        Assert.Equal(
            [
                .. new[] { 3, 0, 1, 3, 2 }.Select(i =>
                {
                    CaptionStep step = caption.Steps[i];
                    string likely = string.Join(
                        ", ",
                        step.Next.Select(next => FormattableString.Invariant($"{next.Word} {100 * next.Probability:F1}%"))
                    );
                    return $"1 | {step.Word} | {likely} | {ImageGrid.Blend(image, Spread(step.Attention, 8))}";
                }),
                ". word 3 of 4: .",
                "false",
                "true",
            ],
            seen
        );
    }

    [Fact]
    public async Task An_image_on_the_map_is_pointed_at_by_pointer_and_by_keys()
    {
        using var scope = torch.NewDisposeScope();
        // A square with a point in its middle, as far from one sentence as from the other.
        torch.Tensor images = torch.rand(5, 1, 8, 8),
            vectors = torch.tensor(new float[] { -4, -3, 4, -3, -4, 3, 4, 3, 0.1f, 0.1f }).reshape(5, 2),
            words = torch.tensor(new float[] { 4, 3, -4, 3 }).reshape(2, 2);
        string[] captions = ["one", "two", "three", "four", "five"];

        string[] seen = await Run(
            Explorers.Space(images, vectors, captions, [.. captions.Select(_ => "all")], ["a", "b"], words).ToHtml(),
            """
            const pointed = () => find('.picture').alt + ' ' + find('.map').getAttribute('aria-valuetext');
            const far = [...root.querySelectorAll('.point')].map(point => point.getAttribute('transform').match(/[\d.]+/g).map(Number));
            const at = i => far[[...root.querySelectorAll('.point')].findIndex(point => point.dataset.image == i)];
            log(find('.pointed').hidden);
            for (const i of [0, 3]) { press('.map', (at(i)[0] + 8) / 720, (at(i)[1] - 8) / 540); log(pointed()); }
            log(read('.says'));
            for (const name of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']) {
              key('.map', name);
              log(pointed());
            }
            """
        );

        Assert.Equal(["true", "one one", "four four"], seen[..3]);
        Assert.Equal(
            "four. Cosine similarity with the chosen sentence: 1.00, place 1 of 5. Most similar of all sentences: “a” (1.00).",
            seen[3]
        );
        Assert.All(seen[4..], line => Assert.Equal(line.Split(' ')[0], line.Split(' ')[1]));
        Assert.True(seen[4..].Distinct().Count() >= 3, string.Join('\n', seen));
    }

    [Fact]
    public async Task A_network_in_the_page_gives_the_answers_of_the_library()
    {
        using ShapeCnn network = Trained(),
            rounded = Trained();
        RoundToHalf(rounded);
        ShapeGeneratorOptions noisy = ShapeGeneratorOptions.Article with { NoiseStandardDeviation = 0.3 };
        foreach (ShapeGeneratorOptions options in new[] { ShapeGeneratorOptions.Article, noisy })
        {
            ImageDataset examples = new ShapeGenerator(options, seed: 5).Generate(6);
            string[] seen = await Run(
                Explorers.Drawing(network, examples).ToHtml(),
                """
                for (const bright of [false, true]) {
                  find('.bright').checked = bright;
                  for (const choice of [...root.querySelectorAll('.choice button')].slice(0, -1)) {
                    choice.click();
                    log(given() + ' ' + read('.words'));
                  }
                }
                """
            );

            using Tensor images = torch.cat([examples.Images, 1 - examples.Images]);
            (float[] asked, float[] inThePage) = (Pixels.ReadAll(network.Predict(images)), Pixels.ReadAll(rounded.Predict(images)));
            for (int i = 0; i < asked.Length; i++)
            {
                double probability = double.Parse(seen[i].Split(' ')[0], CultureInfo.InvariantCulture);
                Assert.InRange(probability, asked[i] - 1e-3, asked[i] + 1e-3);
                Assert.InRange(probability, inThePage[i] - 1e-5, inThePage[i] + 1e-5);
                string words =
                    probability < 0.5
                        ? $"circle, with probability {Html.Fixed(1 - probability, 2)}."
                        : $"square, with probability {Html.Fixed(probability, 2)}.";
                Assert.EndsWith($"The network says {words}", seen[i], StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task A_shape_drawn_by_finger_or_by_keys_looks_like_the_generator_s_and_is_answered_as_the_library_does()
    {
        using ShapeCnn network = Trained();
        string[] seen = await Run(
            Explorers.Drawing(network, new ShapeGenerator(ShapeGeneratorOptions.Article, seed: 5).Generate(2)).ToHtml(),
            """
            const look = () => log(given() + ' ' + painted[find('.image').src].filter((_, i) => i % 4 === 0));
            const go = (name, steps) => { for (let i = 0; i < steps; i++) key('.paper', name); };
            go('ArrowLeft', 4); // a rectangle with keys, beginning to the left of the middle
            key('.paper', ' ');
            go('ArrowRight', 8);
            go('ArrowDown', 4);
            go('ArrowLeft', 8);
            key('.paper', ' ');
            go('ArrowUp', 9); // the pen is lifted
            look();
            root.querySelectorAll('.choice button')[1].click();
            for (let i = 0; i <= 40; i++) { // a circle with a finger, which begins an empty sheet
              const angle = 2 * Math.PI * i / 40;
              press('.paper', (14 + 5 * Math.cos(angle)) / 28, (14 + 5 * Math.sin(angle)) / 28, i ? 'pointermove' : 'pointerdown');
            }
            look();
            find('.filled').checked = false;
            find('.filled').dispatchEvent(new Event('input'));
            look();
            root.querySelector('.choice button:last-child').click();
            look();
            """
        );

        float[][] drawings =
        [
            .. seen.Select(line =>
                line.Split(' ')[1].Split(',').Select(grey => int.Parse(grey, CultureInfo.InvariantCulture) / 255f).ToArray()
            ),
        ];
        for (int i = 0; i < seen.Length; i++)
        {
            using Tensor image = torch.tensor(drawings[i]).reshape(1, 1, 28, 28);
            float asked = network.Predict(image).item<float>();
            Assert.InRange(double.Parse(seen[i].Split(' ')[0], CultureInfo.InvariantCulture), asked - 1e-3, asked + 1e-3);
        }

        // What the generator draws of the same rectangle and circle: filled, with the thin line along the edge, black on white.
        Assert.InRange(Difference(drawings[0], Shape(ShapeKind.Rectangle, 10, 8, 4)), 0, 0.02);
        Assert.InRange(Difference(drawings[1], Shape(ShapeKind.Circle, 9, 10, 10)), 0, 0.06);
        Assert.Equal(1, drawings[2][(14 * 28) + 14]); // an outline is empty
        Assert.All(drawings[3], pixel => Assert.Equal(1, pixel));
    }

    [Fact]
    public async Task The_maps_of_a_drawing_are_those_of_the_library()
    {
        using ShapeCnn network = Trained();
        RoundToHalf(network);
        ImageDataset examples = new ShapeGenerator(ShapeGeneratorOptions.Article, seed: 5).Generate(2);
        float[][][,] maps =
        [
            .. network
                .Stages(examples.Images[1..2])
                .Where(stage => stage.Layer is TorchSharp.Modules.Conv2d)
                .Select(stage => Pixels.Read(stage.Output.squeeze(0)).ToArray()),
        ];

        string[] seen = await Run(
            Explorers.Drawing(network, examples).ToHtml(),
            $$"""
            const maps = {{JsonSerializer.Serialize(maps.Select(each => each.Select(Picture)))}};
            root.querySelectorAll('.choice button')[1].click();
            ['.first', '.second'].forEach((name, layer) => {
              const across = [8, 16][layer], size = [26, 11][layer], width = across * (size + 1) + 1, pixels = painted[find(name).src];
              log(maps[layer].filter((map, k) => map.every((color, i) => {
                const row = Math.floor(k / across) * (size + 1) + 1 + Math.floor(i / size), column = k % across * (size + 1) + 1 + i % size;
                return color.every((part, c) => Math.abs(part - pixels[4 * (row * width + column) + c]) <= 1);
              })).length);
              log([...pixels.slice(0, 4)]);
            });
            """
        );

        Assert.Equal(["32", "128,128,128,255", "64", "128,128,128,255"], seen);
    }

    [Fact]
    public async Task A_neuron_at_the_pointer_or_under_the_keys_says_what_it_holds_and_sees()
    {
        using ShapeCnn network = Trained();
        Tensor image = new ShapeGenerator(ShapeGeneratorOptions.Article, seed: 5).Generate(2).Images[1..2];
        float[][,] At(int layer) => [.. Pixels.Read(network.Stages(image)[layer].Output.squeeze(0))];
        string Value(int layer, int map, int row, int column) => Html.Fixed(At(layer)[map][row, column], 2);
        string opinion = Html.Fixed(network.Stages(image)[5].Output[0, 17].item<float>(), 2);

        string[] seen = await Run(
            Explorers.ReceptiveField(network, image).ToHtml(),
            $$"""
            const sheets = [...root.querySelectorAll('.sheet')];
            log(read('.words') === {{JsonSerializer.Serialize(
                Explorers.ReceptiveField(network, image).ToString()
            )}}.split('logit, 1. ')[1]);
            point(sheets[0], (1 * 27 + 1 + 20.5) / 217, (2 * 27 + 1 + 7.5) / 109); // map 17, row 7, column 20
            log(read('.words'));
            log(shows(find('.map img'), {{JsonSerializer.Serialize(Picture(At(0)[17]))}}));
            arrow(sheets[0], 'ArrowDown'); // map 25
            arrow(find('.map'), 'ArrowLeft');
            log(read('.words'));
            point(sheets[2], 0.999, 0.999);
            log(read('.words'));
            const field = find('.field').style, share = ['left', 'top', 'width'].map(side => Math.round(28 * parseFloat(field[side]) / 100));
            log(share);
            point(find('.map'), 0.001, 0.5);
            log(read('.words').split(', and sees')[1]);
            point(sheets[4], (1 + 2.5) / 18, 0.999);
            arrow(find('.map'), 'ArrowUp');
            arrow(find('.map'), 'ArrowUp');
            arrow(find('.map'), 'ArrowLeft');
            log(read('.words'));
            log([...root.querySelectorAll('.sheet i')].map(mark => mark.hidden ? '-' : 'here').join(' '));
            """
        );

        Assert.Equal("true", seen[0]);
        Assert.Equal(
            $"Layer 1, convolution and ReLU, row 7, column 20 of map 17: {Value(0, 17, 7, 20)}. This neuron weighs 3 × 3 numbers of the image, "
                + "and sees 3 × 3 pixels of the image: rows 7 to 9, columns 20 to 22.",
            seen[1]
        );
        Assert.Equal("true", seen[2]);
        Assert.Contains($"row 7, column 19 of map 25: {Value(0, 25, 7, 19)}.", seen[3], StringComparison.Ordinal);
        Assert.Equal(
            $"Layer 3, convolution and ReLU, row 10, column 10 of map 63: {Value(2, 63, 10, 10)}. This neuron weighs 3 × 3 numbers of each of "
                + "the 32 maps before it, and sees 8 × 8 pixels of the image: rows 20 to 27, columns 20 to 27.",
            seen[4]
        );
        Assert.Equal("20,20,8", seen[5]);
        Assert.Equal(" 8 × 8 pixels of the image: rows 10 to 17, columns 0 to 7.", seen[6]);
        Assert.Equal(
            $"Layer 6, dense and ReLU, neuron 17: {opinion}. This neuron weighs all 1,600 numbers before it, and sees 26 × 26 pixels of the "
                + "image: rows 0 to 25, columns 0 to 25.",
            seen[7]
        );
        Assert.Equal("- - - - here -", seen[8]);
    }

    [Fact]
    public async Task What_a_reader_decides_about_drafts_is_counted_as_the_library_counts_it()
    {
        string[] seen = await Run(Explorers.Drafts(torch.zeros(6, 1, 4, 4), Drafts(), Drawn).ToHtml(), Deciding);

        ReviewedDraft[] script = [.. Drafts().Select((draft, i) => new ScriptedReviewer(_ => Drawn[i]).Review(draft))];
        Assert.Equal(
            [
                "false,false,false,true",
                "true,false,false,false,true Image 1 of 6: a draft, unsigned",
                $"{Signed[1]} count",
                "Image 3 of 6: a draft, unsigned",
                "true Choose how many nodules you see, and side, zone and size of each.",
                "true",
                "true Each nodule lies in a zone of its own; choose another one.",
                "you | the drafts alone | scripted reviewer",
                $"3, 2, 1 |  | {string.Join(", ", Enum.GetValues<Decision>().Select(decision => script.Count(review => review.Decision == decision)))}",
                Row(Right),
                Row(texts => $"{Missed(texts)} of 5"),
                Row(Invented),
                Row(WrongSize),
                Row(texts => Html.Fixed(Agreement.Kappa(Counted(texts), [.. Drawn.Select(findings => findings.Count)]), 2)),
                "1 |  | 0",
                "0.0 |  | not timed",
                $"you accepted the draft | you edited: {Signed[1]} | you rejected: {Signed[2]} | you accepted the draft | you edited: "
                    + $"{Signed[4]} | you accepted the draft",
                "false,true,true,true once more",
            ],
            seen
        );

        static string Row(Func<string[], object> measure) =>
            string.Join(
                " | ",
                new[]
                {
                    Signed,
                    [.. Drafts().Select(draft => draft.Text)],
                    [.. Drawn.Select(findings => ReportGrammar.Write(findings))],
                }.Select(measure)
            );
    }

    [Fact]
    public async Task Who_reads_first_sees_the_draft_only_then_and_what_it_changed_is_tested_as_McNemar_does()
    {
        string[] seen = await Run(
            Explorers.Drafts(torch.zeros(6, 1, 4, 4), Drafts(), Drawn, readFirst: true).ToHtml(),
            """
            const pick = (i, value) => { const choice = root.querySelectorAll('select')[i]; choice.value = value; choice.dispatchEvent(new Event('change')); };
            const wait = milliseconds => new Promise(done => setTimeout(done, milliseconds));
            const words = ['clear', 'Right upper field: 15mm shadow', 'something on the left', '', '', ''];
            click('.begin');
            for (let i = 0; i < 6; i++) {
              if (i === 1) log(['.own', '.form', '.draft', '.accept'].map(name => find(name).checkVisibility()).join());
              root.querySelector('textarea').value = words[i];
              pick(0, i < 4 ? 1 : 0);
              if (i < 4) [0, 0, 15].forEach((value, k) => pick(k + 1, value));
              if (i === 0) await wait(1200);
              click('.sign');
              if (i === 1) log(['.own', '.form', '.draft', '.accept'].map(name => find(name).checkVisibility()).join());
              if (i === 0) await wait(600);
              if (i === 1) {
                click('.reject');
                log(read('.report'));
                click('.sign');
              } else click('.accept');
            }
            const cells = [...root.querySelectorAll('tr')].map(row => [...row.children].map(cell => cell.textContent));
            log(cells[0].slice(1, 3).join(' | '));
            log(cells.find(row => row[0] === 'say what was drawn').slice(1, 3).join(' | '));
            log(cells.find(row => row[0] === 'seconds an image').slice(1, 3).join(' | '));
            log(read('.chance'));
            log(read('.style'));
            log(read('.you'));
            """
        );

        string first = "one nodule of about 15 mm in the right upper lung field.";
        string[] before = [.. Drawn.Select((_, i) => i < 4 ? first : "no nodule.")],
            after = [.. Drafts().Select((draft, i) => i == 1 ? first : draft.Text)];
        McNemar test = McNemar.From(IsRight(before), IsRight(after));
        Assert.Equal(
            [
                "true,true,false,false",
                "false,false,true,true",
                first,
                "you, before it | you, with the draft",
                $"{Right(before)} | {Right(after)}",
                "0.2 | 0.1",
                FormattableString.Invariant(
                    $"With the draft, {test.OnlySecond} of your reports became right and {test.OnlyFirst} became wrong; McNemar’s test: p = {test.PValue:F3}, no more than chance."
                ),
                "Of your 3 reports in your own words about a nodule, these leave something out that the standard wording always states: "
                    + "side in 1, zone in 2, size in 2.",
                $"you, first: {first} · in your own words: clear · you accepted the draft",
            ],
            seen
        );
    }

    [Theory]
    [InlineData(355, "0 355")]
    [InlineData(900, "0 544")]
    public async Task A_heat_map_is_as_wide_as_a_narrow_page_and_never_wider_than_it_is(int page, string seen) =>
        Assert.Equal(
            [seen],
            await Run(
                $$"""
                <script>window.Plotly = { newPlot() { }, Plots: { resize() { } } };</script>
                <div style="width:{{page}}px">{{Charts.HeatMap(new float[8, 8], "A table").ToHtml()}}</div>
                """,
                """
                const plot = root.querySelector('[role=img]').getBoundingClientRect();
                log(root.scrollWidth - root.clientWidth + ' ' + Math.round(plot.width));
                """
            )
        );

    /// <summary>A network that tells circles from squares.</summary>
    private static ShapeCnn Trained()
    {
        ShapeCnn network = new(seed: 42);
        TrainingOptions options = new()
        {
            Epochs = 6,
            BatchSize = 8,
            LearningRate = 0.003,
        };
        new Trainer(network, options).Fit(new ShapeGenerator(ShapeGeneratorOptions.Article).Generate(160));
        return network;
    }

    private static void RoundToHalf(ShapeCnn network)
    {
        using IDisposable withoutGradients = torch.no_grad();
        foreach (Tensor parameter in network.parameters())
        {
            parameter.copy_(parameter.to(torch.float16));
        }
    }

    /// <summary>What the generator draws, on a plot without margins, of a rectangle and of a circle of one size at one place.</summary>
    private static float[] Shape(ShapeKind kind, int place, int width, int height)
    {
        // Sizes are drawn at random: the first of many that has these.
        ShapeGeneratorOptions options = new()
        {
            Kinds = [kind],
            CircleRadius = (width / 2, width / 2),
            CircleCenter = (place + (width / 2), place + (width / 2)),
            BoxCorner = (place, place),
            BoxSide = (Math.Min(width, height), Math.Max(width, height)),
            Margins = new PlotMargins(0, 1, 0, 1),
        };
        ImageDataset many = new ShapeGenerator(options).Generate(1000);
        int found = many.Shapes!.ToList().FindIndex(shape => (shape.Width, shape.Height) == (width, height));
        return Pixels.ReadAll(many.Images[found]);
    }

    private static double Difference(float[] a, float[] b) => Math.Sqrt(a.Zip(b, (x, y) => Math.Pow(x - y, 2)).Average());

    /// <summary>Five words, their probabilities falling.</summary>
    private static WordProbability[] Likely(string word, int step) =>
        [
            new(word, 0.9 - (step * 0.2)),
            .. Enumerable.Range(1, 4).Select(i => new WordProbability($"word{i}", (0.1 + (step * 0.2)) / Math.Pow(2, i))),
        ];

    /// <summary>A map over a square of so many pixels a side, in shares of its largest weight.</summary>
    private static float[,] Spread(float[,] map, int side)
    {
        float[,] spread = new float[side, side];
        for (int i = 0; i < spread.Length; i++)
        {
            (int row, int column) = (i / side, i % side);
            spread[row, column] = map[row * map.GetLength(0) / side, column * map.GetLength(1) / side] / map.Cast<float>().Max();
        }

        return spread;
    }

    /// <summary>Accepts, edits and rejects, and reads what the figure says of it.</summary>
    private const string Deciding = """
        const pick = (i, value) => { const choice = root.querySelectorAll('select')[i]; choice.value = value; choice.dispatchEvent(new Event('change')); };
        log(['.desk', '.cases', '.words', '.begin'].map(name => find(name).checkVisibility()).join());
        click('.begin');
        log(['.desk', '.cases', '.own', '.form', '.accept'].map(name => find(name).checkVisibility()).join() + ' ' + read('.head'));
        click('.accept');
        click('.edit');
        pick(1, 0);
        log(read('.report') + ' ' + document.activeElement.className);
        click('.sign');
        log(document.activeElement.textContent);
        click('.reject');
        log(find('.sign').disabled + ' ' + read('.report'));
        pick(0, 2);
        [1, 2, 20, 1, 2].forEach((value, i) => pick(i + 1, value));
        log(find('.sign').disabled);
        pick(6, 10);
        log(find('.sign').disabled + ' ' + read('.report'));
        pick(0, 1);
        click('.sign');
        click('.accept');
        click('.edit');
        pick(0, 0);
        click('.sign');
        click('.edit');
        click('.sign'); // nothing was changed
        for (const row of root.querySelectorAll('tr')) log([...row.children].slice(1).map(cell => cell.textContent).join(' | '));
        log([...root.querySelectorAll('.you')].map(line => line.textContent).join(' | '));
        log(['.desk', '.cases', '.result', '.begin'].map(name => find(name).checkVisibility()).join() + ' ' + read('.begin'));
        """;

    /// <summary>What a reader signs about six images, who misses a nodule and accepts a wrong size.</summary>
    private static string[] Signed =>
        [
            "no nodule.",
            "one nodule of about 15 mm in the right upper lung field.",
            "one nodule of about 20 mm in the left lower lung field.",
            "one nodule of about 30 mm in the left middle lung field.",
            "no nodule.",
            "one nodule of about 20 mm in the right lower lung field.",
        ];

    /// <summary>What six images show.</summary>
    private static IReadOnlyList<Finding>[] Drawn =>
        [
            [],
            [new(LungSide.Right, LungZone.Upper, 16, 0, 0)],
            [new(LungSide.Right, LungZone.Upper, 27, 0, 0), new(LungSide.Left, LungZone.Lower, 18, 0, 0)],
            [new(LungSide.Left, LungZone.Middle, 12, 0, 0)],
            [],
            [new(LungSide.Right, LungZone.Lower, 20, 0, 0)],
        ];

    /// <summary>Drafts about them: right, another side, two missed, another size, one invented, right.</summary>
    private static DraftReport[] Drafts() =>
        [
            .. new[]
            {
                "no nodule.",
                "one nodule of about 15 mm in the left upper lung field.",
                "no nodule.",
                "one nodule of about 30 mm in the left middle lung field.",
                "one nodule of about 10 mm in the right middle lung field.",
                "one nodule of about 20 mm in the right lower lung field.",
            }.Select((text, i) => DraftReport.From($"chest {i}", "model", Given.Caption(text, 0.99))),
        ];

    private static string Right(string[] texts) => $"{IsRight(texts).Count(right => right)} of 6";

    private static bool[] IsRight(string[] texts)
    {
        IReadOnlyList<int> wrong = CaptionReport.From(texts, Drawn).Wrong;
        return [.. texts.Select((_, i) => !wrong.Contains(i))];
    }

    private static int[] Counted(string[] texts) => [.. texts.Select(text => ReportGrammar.Read(text)!.Count)];

    private static object Missed(string[] texts) => Differing(texts, (said, drawn) => drawn.Except(said).Count());

    private static object Invented(string[] texts) => Differing(texts, (said, drawn) => said.Except(drawn).Count());

    private static int Differing(string[] texts, Func<(LungSide, LungZone)[], (LungSide, LungZone)[], int> count) =>
        texts
            .Zip(Drawn)
            .Sum(pair =>
                count(
                    [.. ReportGrammar.Read(pair.First)!.Select(finding => (finding.Side, finding.Zone))],
                    [.. pair.Second.Select(finding => (finding.Side, finding.Zone))]
                )
            );

    private static object WrongSize(string[] texts) =>
        texts
            .Zip(Drawn)
            .Sum(pair =>
                ReportGrammar
                    .Read(pair.First)!
                    .Count(said => pair.Second.Any(drawn => drawn.Side == said.Side && drawn.Zone == said.Zone && drawn.Size != said.Size))
            );

    private static float[,] Random(int rows, int columns)
    {
        var random = new Random(rows);
        float[,] table = new float[rows, columns];
        for (int i = 0; i < table.Length; i++)
        {
            table[i / columns, i % columns] = random.NextSingle();
        }

        return table;
    }

    private static float[,] Moved(float[,] image, int down, int right)
    {
        float[,] moved = new float[image.GetLength(0), image.GetLength(1)];
        for (int row = Math.Max(0, down); row < moved.GetLength(0) + Math.Min(0, down); row++)
        {
            for (int column = Math.Max(0, right); column < moved.GetLength(1) + Math.Min(0, right); column++)
            {
                moved[row, column] = image[row - down, column - right];
            }
        }

        return moved;
    }

    private static float[][,] Stages(float[,] image)
    {
        float[,] map = Convolution.Apply(image, Kernels.VerticalEdge);
        for (int i = 0; i < map.Length; i++)
        {
            ref float value = ref map[i / map.GetLength(1), i % map.GetLength(1)];
            value = Math.Max(0, value);
        }

        float[,] once = Pooling.Max(map),
            twice = Pooling.Max(once);
        return [image, map, once, twice, Pooling.Max(twice)];
    }

    /// <summary>The stages of a moved image, the brightness of a pixel as in those of the unmoved one.</summary>
    private static int[][][] Pictures(float[,] moved)
    {
        float strongest = Stages(Random(14, 13))[1].Cast<float>().Max();
        return [.. Stages(moved).Select((stage, i) => Colors(stage, ColorScale.Grey, 0, i == 0 ? 1 : strongest))];
    }

    private static int[][] Picture(float[,] map)
    {
        (float low, float high) = ColorScales.Range(ColorScale.Diverging, map.Cast<float>());
        return Colors(map, ColorScale.Diverging, low, high);
    }

    private static int[][] Colors(float[,] values, ColorScale scale, float low, float high) =>
        [
            .. values
                .Cast<float>()
                .Select(value => ColorScales.Color(scale, (value - low) / (high - low)))
                .Select(color => new int[] { color.R, color.G, color.B }),
        ];

    private static string Changes(float[,] still, float[,] moved)
    {
        string[] names = ["image", "feature map", "map pooled once", "map pooled twice", "map pooled three times"];
        return "change of the "
            + string.Join(", ", Stages(still).Zip(Stages(moved), Change).Zip(names, (value, name) => $"{name} {value}"))
            + ".";
    }

    private static string Change(float[,] a, float[,] b)
    {
        double difference = 0,
            length = 0;
        foreach ((float before, float after) in a.Cast<float>().Zip(b.Cast<float>()))
        {
            difference += Math.Pow(before - after, 2);
            length += Math.Pow(before, 2);
        }

        return Html.Fixed(Math.Sqrt(difference) / Math.Sqrt(length), 2);
    }

    private static double[] Dose => [1, 2, 3];

    private static double[] Effect => [2.1, 3.9, 6.2];

    /// <summary>What libtorch's gradient descent gives, as the figure writes it.</summary>
    private static IEnumerable<string> StepsOfSgd(double rate, int steps)
    {
        var weight = new TorchSharp.Modules.Parameter(torch.tensor(0.0));
        var sgd = torch.optim.SGD([weight], rate);
        for (int step = 0; step <= steps; step++)
        {
            sgd.zero_grad();
            Tensor error = (weight * torch.tensor(Dose)) - torch.tensor(Effect);
            Tensor loss = (error * error).mean();
            loss.backward();
            if (step > 0)
            {
                yield return $"{Html.Css(rate)} {step} {Html.Fixed(weight.item<double>(), 3)} {Html.Fixed(weight.grad!.item<double>(), 3)} "
                    + Html.Fixed(loss.item<double>(), 3);
            }

            sgd.step();
        }
    }

    /// <summary>Shows a figure and runs a script on it, which may <c>log</c> lines.</summary>
    private static async Task<string[]> Run(string figure, string script, params string[] options)
    {
        string browser = Chromium.Path();
        DirectoryInfo folder = Directory.CreateTempSubdirectory("shapekit-test-");
        try
        {
            string page = Path.Combine(folder.FullName, "page.html");
            await File.WriteAllTextAsync(page, PageOf(figure, script));
            using var process = Process.Start(
                new ProcessStartInfo(
                    browser,
                    [
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        $"--user-data-dir={Path.Combine(folder.FullName, "profile")}",
                        "--virtual-time-budget=4000",
                        .. options,
                        "--dump-dom",
                        new Uri(page).AbsoluteUri,
                    ]
                )
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            string shown = await process.Patiently(process.StandardOutput.ReadToEndAsync());
            await process.EndAsync();
            Match found = Log.Match(shown);
            Assert.True(found.Success, shown + await errors);
            return WebUtility.HtmlDecode(found.Groups[1].Value).Split('\n');
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>A figure and a script that finds the figure's parts by their selectors and uses them as a reader does.</summary>
    private static string PageOf(string figure, string script) =>
        $$"""
            <!DOCTYPE html><meta charset="utf-8">{{figure}}<pre id="log"></pre><script>
            const root = document.querySelector('figure'), lines = [], log = line => lines.push(line);
            const point = (element, x, y) => {
              const box = element.getBoundingClientRect();
              element.dispatchEvent(new PointerEvent('pointermove', { clientX: box.left + box.width * x, clientY: box.top + box.height * y }));
            };
            const arrow = (element, key) => element.dispatchEvent(new KeyboardEvent('keydown', { key }));
            const given = () => parseFloat(root.querySelectorAll('.bar i')[1].style.width) / 100;
            const find = name => root.querySelector(name), read = name => find(name).textContent, click = name => find(name).click();
            const slide = (name, value) => { find(name).value = value; find(name).dispatchEvent(new Event('input')); };
            const key = (name, key) => find(name).dispatchEvent(new KeyboardEvent('keydown', { key }));
            const press = (name, x, y, type = 'pointerdown') => {
              const element = find(name), box = element.getBoundingClientRect();
              Object.assign(element, { setPointerCapture() { }, hasPointerCapture: () => true });
              element.dispatchEvent(new PointerEvent(type, { clientX: box.left + box.width * x, clientY: box.top + box.height * y }));
            };
            // What the scripts painted, by the address of the picture that it became.
            const painted = { }, { toDataURL } = HTMLCanvasElement.prototype;
            HTMLCanvasElement.prototype.toDataURL = function () {
              const address = toDataURL.call(this);
              painted[address] = [...this.getContext('2d').getImageData(0, 0, this.width, this.height).data];
              return address;
            };
            // Whether a picture has these colours; one half way between two may be rounded either way.
            const shows = (picture, colors) => {
              const pixels = painted[picture.src];
              return pixels.length === 4 * colors.length && colors.every((color, i) => color.every((part, k) => Math.abs(part - pixels[4 * i + k]) <= 1));
            };
            (async () => {
            {{script}}
            })().catch(log).then(() => { document.getElementById('log').textContent = lines.join('\n'); });
            </script>
            """;
}
