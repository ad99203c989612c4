using ShapeKit.Runtime;
using TorchSharp;

namespace ShapeKit.Tests.Runtime;

[Collection(nameof(TorchState))]
public sealed class SessionTests : IDisposable
{
    private readonly int _threads = torch.get_num_threads();

    public void Dispose() => torch.set_num_threads(_threads);

    [Fact]
    public void The_same_seed_gives_the_same_random_numbers()
    {
        Session.Start(seed: 7);
        using torch.Tensor first = torch.rand(5);
        Session.Start(seed: 7);
        using torch.Tensor again = torch.rand(5);
        Session.Start(seed: 8);
        using torch.Tensor other = torch.rand(5);

        Assert.Equal(first.data<float>().ToArray(), again.data<float>().ToArray());
        Assert.NotEqual(first.data<float>().ToArray(), other.data<float>().ToArray());
    }

    [Fact]
    public void Torch_computes_with_the_threads_asked_for()
    {
        Assert.Equal(1, Session.Start(threads: 1).Threads);
        Assert.Equal(1, torch.get_num_threads());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("many")]
    [InlineData("3")]
    public void Without_a_wish_torch_computes_with_the_threads_of_the_environment_or_one_for_each_processor(string? variable)
    {
        string? before = Environment.GetEnvironmentVariable("OMP_NUM_THREADS");
        try
        {
            Environment.SetEnvironmentVariable("OMP_NUM_THREADS", variable);
            int expected = variable == "3" ? 3 : Math.Min(Environment.ProcessorCount, 4);

            Assert.Equal(expected, Session.Start().Threads);
            Assert.Equal(expected, torch.get_num_threads());
        }
        finally
        {
            Environment.SetEnvironmentVariable("OMP_NUM_THREADS", before);
        }
    }

    [Fact]
    public void The_session_names_versions_seed_and_threads()
    {
        SessionInfo info = Session.Start(seed: 42, threads: 1);

        Assert.Matches(
            @"^ShapeKit \d+\.\d+\.\d+ · \.NET 10\.\S+ · TorchSharp 0\.107\.0 · libtorch 2\.10\.0 · SkiaSharp 4\.155\.0 · Plotly\.NET 6\.0\.0 · seed 42 · threads 1 · convolutions (fast|mended|plain)$",
            info.ToString().Split('\n')[0]
        );
        Assert.Contains("libtorch <b>2.10.0</b>", info.ToHtml(), StringComparison.Ordinal);
        Assert.Contains("color:inherit", info.ToHtml(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ConvolutionWay.Fast, null)]
    [InlineData(ConvolutionWay.Mended, "Convolutions are right, and as fast as elsewhere. Because <it> is so.")]
    [InlineData(ConvolutionWay.Plain, "Convolutions are right, and slower than elsewhere. Because <it> is so.")]
    public void The_session_says_once_and_in_words_where_convolutions_are_not_computed_the_usual_way(string way, string? remark)
    {
        SessionInfo info = Session.Start(threads: 1) with { Convolutions = new(way, "Because <it> is so.") };

        Assert.Equal(remark, info.ToString().Split('\n').Skip(1).SingleOrDefault());
        Assert.Contains(
            $"convolutions <b>{way}</b>{remark?.Replace("<it>", "&lt;it&gt;").Insert(0, "<br>")}</div>",
            info.ToHtml(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Less_than_one_thread_is_refused() =>
        Assert.Contains(
            "At least one thread",
            Assert.Throws<ArgumentOutOfRangeException>(() => Session.Start(threads: 0)).Message,
            StringComparison.Ordinal
        );

    [Theory]
    [InlineData(257)]
    [InlineData(20_000)]
    public void More_threads_than_libtorch_can_make_in_seconds_are_refused_at_once(int threads)
    {
        Assert.Contains(
            "at most 256",
            Assert.Throws<ArgumentOutOfRangeException>(() => Session.Start(threads: threads)).Message,
            StringComparison.Ordinal
        );
        Assert.Equal(_threads, torch.get_num_threads());
    }
}
