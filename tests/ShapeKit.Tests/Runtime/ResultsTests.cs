using ShapeKit.Runtime;

namespace ShapeKit.Tests.Runtime;

public sealed class ResultsTests
{
    [Fact]
    public void A_result_travels_as_text_and_as_a_papermill_record()
    {
        IReadOnlyDictionary<string, string> bundle = new Result("test_accuracy", 0.975).ToMimeBundle();

        Assert.Equal("test_accuracy = 0.9750", bundle["text/plain"]);
        Assert.Equal("""{"test_accuracy":0.975}""", bundle["application/papermill.record+json"]);
    }

    [Theory]
    [InlineData(0.98765, "n = 0.9877")]
    [InlineData(1, "n = 1.0000")]
    [InlineData(2.5, "n = 2.5000")]
    [InlineData(10_000, "n = 10000")]
    public void A_count_has_no_decimals(double value, string line) => Assert.Equal(line, new Result("n", value).ToString());

    [Theory]
    [InlineData("", 1.0, "name")]
    [InlineData("accuracy", double.NaN, "finite")]
    public void A_result_without_name_or_number_is_refused(string name, double value, string word) =>
        Assert.Contains(word, Assert.ThrowsAny<ArgumentException>(() => Results.Record(name, value)).Message, StringComparison.Ordinal);
}
