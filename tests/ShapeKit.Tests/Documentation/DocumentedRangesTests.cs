namespace ShapeKit.Tests.Documentation;

[Collection(nameof(TorchState))]
public sealed class DocumentedRangesTests
{
    [Fact]
    public void Every_documented_bound_of_a_number_has_a_test_and_every_test_a_bound()
    {
        string[] documented = [.. Docs.Ranges.Select(range => $"{range.Member} {range.Parameter}")],
            tested = [.. GivenNumber.All.Select(number => $"{number.Member} {number.Parameter}")];

        Assert.InRange(documented.Length, 40, 200);
        Assert.Equal([], documented.Except(tested));
        Assert.Equal([], tested.Except(documented));
    }

    [Fact]
    public void The_numbers_just_inside_a_bound_are_accepted_and_those_just_outside_are_refused()
    {
        var wrong = new List<string>();
        foreach ((string member, string parameter, Action<double> give) in GivenNumber.All)
        {
            Bounds bounds = Docs.Ranges.FirstOrDefault(range => range.Member == member && range.Parameter == parameter).Bounds
                ?? new([], []);
            using var scope = TorchSharp.torch.NewDisposeScope();
            wrong.AddRange(
                from value in bounds.Inside
                let thrown = Record.Exception(() => give(value))
                where thrown is not null
                select $"{member} {parameter}: {value} is refused: {thrown.Message}"
            );
            wrong.AddRange(
                from value in bounds.Outside
                let thrown = Record.Exception(() => give(value))
                where thrown is not ArgumentException
                select $"{member} {parameter}: {value} is not refused but {(thrown is null ? "accepted" : thrown.ToString())}"
            );
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Theory]
    [InlineData("The window; at least 1.", true, "1", "0")]
    [InlineData("The padding; 0 or more.", true, "0", "-1")]
    [InlineData("From 0 (not at all) to 1; 0.5 unless set.", true, "0 1", "-1 2")]
    [InlineData("The share, in 0..1.", true, "0 1", "-1 2")]
    [InlineData("How many count, 1 to N.", true, "1", "0")]
    [InlineData("A fraction above 0 and below 9.", true, "1 8", "0 9")]
    [InlineData("The seed of 3 orders.", true, "", "")]
    public void Bounds_are_read_as_the_documentation_writes_them(string text, bool isWhole, string inside, string outside)
    {
        Bounds bounds = Bounds.Of(text, isWhole);

        Assert.Equal((inside, outside), (string.Join(' ', bounds.Inside), string.Join(' ', bounds.Outside)));
    }

    [Fact]
    public void A_number_with_decimals_is_tried_right_beside_its_bounds_and_must_be_a_number() =>
        Assert.Equal(
            [Math.BitDecrement(0.0), Math.BitIncrement(0.9), double.NaN, double.PositiveInfinity, double.NegativeInfinity],
            Bounds.Of("By what share it grows, in 0..0.9.", isWhole: false).Outside
        );
}
