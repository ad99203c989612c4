using ShapeKit.Exercises;
using static TorchSharp.torch;

namespace ShapeKit.Tests.Exercises;

public sealed class CheckTests
{
    private static readonly float[,] Expected =
    {
        { 1, 2, 3 },
        { 4, 5, 6 },
    };

    [Fact]
    public void A_right_answer_is_praised_with_the_largest_difference()
    {
        CheckResult result = Check.Close(
            new float[,]
            {
                { 1, 2, 3.000001f },
                { 4, 5, 6 },
            },
            Expected,
            "your feature map"
        );

        Assert.True(result.Passed);
        Assert.Equal("✓ Your feature map agrees (largest difference 9.5e−7).", result.ToString());
        Assert.Contains("✓", result.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_answer_is_told_where_it_differs_first_and_what_belongs_there()
    {
        CheckResult result = Check.Close(
            new float[,]
            {
                { 1, 2, 3 },
                { 4, 0.5f, 6 },
            },
            Expected,
            "your feature map"
        );

        Assert.False(result.Passed);
        Assert.Equal(
            "Not yet: Your feature map differs first at row 1, column 1: it is 0.5, expected 5 (1 of 6 values differs).",
            result.ToString()
        );
        Assert.Contains("Not yet", result.ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_exercise_gets_a_friendly_hint()
    {
        Assert.Contains("is not there yet", Check.Close((float[,]?)null, Expected).ToString(), StringComparison.Ordinal);
        Assert.Contains("is not there yet", Check.Close((float[]?)null, [1]).ToString(), StringComparison.Ordinal);
        Assert.Contains("is not there yet", Check.Close((double?)null, 1).ToString(), StringComparison.Ordinal);
        Assert.Contains("is not there yet", Check.Close((Tensor?)null, zeros(1)).ToString(), StringComparison.Ordinal);
        Assert.Contains("still zero everywhere", Check.Close(new float[2, 3], Expected).ToString(), StringComparison.Ordinal);
        Assert.Contains("run the cells above", Check.Close(Expected, null!).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_wrong_size_is_named() =>
        Assert.Equal(
            "Not yet: Your result has 3 rows and 3 columns, expected 2 rows and 3 columns.",
            Check.Close(new float[3, 3], Expected).ToString()
        );

    [Fact]
    public void Numbers_rows_and_tensors_are_checked_too()
    {
        Assert.True(Check.Close(0.5f, 0.5).Passed);
        Assert.Equal("Not yet: The sum is 2, expected −2 (difference 4).", Check.Close(2, -2, "the sum").ToString());
        Assert.Contains("[2]: it is 4, expected 3", Check.Close([1, 2, 4], [1, 2, 3]).ToString(), StringComparison.Ordinal);
        using Tensor ones4 = ones(1, 1, 2, 2);
        using Tensor other = ones4.clone();
        other[0, 0, 1, 0] = 3;
        Assert.True(Check.Close(ones4, ones4).Passed);
        Assert.Contains("[0, 0, 1, 0]: it is 3, expected 1", Check.Close(other, ones4).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Values_that_are_no_numbers_are_found()
    {
        Assert.Contains("not a number", Check.Close(double.NaN, 1).ToString(), StringComparison.Ordinal);
        Assert.Contains(
            "row 0, column 1: it is not a number (NaN), expected 2",
            Check
                .Close(
                    new[,]
                    {
                        { 1, float.NaN, 3 },
                        { 4, 5, 6 },
                    },
                    Expected
                )
                .ToString(),
            StringComparison.Ordinal
        );
        Assert.Contains("infinity", Check.Close(double.PositiveInfinity, 1).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_tolerance_can_be_chosen()
    {
        Assert.False(Check.Close(1.01, 1).Passed);
        Assert.True(Check.Close(1.01, 1, tolerance: 0.05).Passed);
    }

    [Fact]
    public void A_statement_shows_its_praise_or_its_hint_with_html_escaped()
    {
        Assert.Equal("✓ Well done.", Check.That(true, "well done.", "look again").ToString());
        Assert.Contains(
            "<strong>➜ Not yet:</strong> Is 3 &lt; 4?",
            Check.That(false, "well done", "is 3 < 4?").ToHtml(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void A_tensor_that_was_disposed_is_told_and_the_notebook_goes_on()
    {
        Tensor gone = zeros(2);
        gone.Dispose();
        using Tensor there = zeros(2);

        Assert.StartsWith("Not yet: Your batch was disposed", Check.Close(gone, there, "your batch").ToString(), StringComparison.Ordinal);
        Assert.StartsWith("Not yet: What to compare with was disposed", Check.Close(there, gone).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_numbers_that_float32_rounds_to_one_are_told_apart()
    {
        using Tensor right = tensor(16_777_216L),
            wrong = tensor(16_777_217L);

        Assert.True(Check.Close(right, right).Passed);
        Assert.Equal(
            "Not yet: Your tensor differs first at []: it is 16,777,217, expected 16,777,216 (all 1 values differ).",
            Check.Close(wrong, right).ToString()
        );
    }

    [Fact]
    public void A_tolerance_that_is_no_number_lets_nothing_pass() => Assert.False(Check.Close([1f], [2f], tolerance: double.NaN).Passed);

    [Fact]
    public void A_tensor_without_plain_numbers_is_told_and_the_notebook_goes_on()
    {
        using var scope = NewDisposeScope();
        Tensor[] unusual = [eye(2).to_sparse(), ones(2, device: META), ones(2, dtype: ScalarType.ComplexFloat64)];

        Assert.All(unusual, tensor => Assert.Contains("can't be compared", Check.Close(tensor, ones(2)).Message));
        Assert.All(unusual, tensor => Assert.False(Check.Close(tensor, tensor).Passed));
    }

    [Fact]
    public void Whole_numbers_that_float64_rounds_to_one_are_told_apart()
    {
        using Tensor right = tensor(
                new[,]
                {
                    { 1L, long.MaxValue },
                    { 3, 4 },
                }
            ),
            wrong = tensor(
                new[,]
                {
                    { 1L, long.MaxValue - 1 },
                    { 3, 4 },
                }
            );

        Assert.Equal(
            "your batch differs first at row 0, column 1: it is 9223372036854775806, expected 9223372036854775807 (1 of 4 values differs).",
            Check.Close(wrong, right, "your batch").Message
        );
        Assert.True(Check.Close(right, right).Passed);
        Assert.True(Check.Close(wrong, right, tolerance: 1).Passed);
    }

    [Fact]
    public void Tensors_without_values_and_quantized_ones_are_answered_in_words()
    {
        using Tensor quantized = quantize_per_tensor(ones(2, 3), 0.1, 0, ScalarType.QUInt8);

        Assert.True(Check.Close(zeros(2, 0), zeros(2, 0)).Passed);
        Assert.Contains("expected", Check.Close(zeros(0, 1, 28, 28), ones(2, 1, 28, 28)).Message, StringComparison.Ordinal);
        Assert.Contains("can't be compared number by number", Check.Close(quantized, ones(2, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tensor_larger_than_memory_is_answered_in_words()
    {
        using Tensor huge = zeros(1).expand(1L << 45);

        Assert.All(new[] { Check.Close(huge, huge, "your sum"), Check.Close(zeros(1), huge, "your sum") }, result =>
            Assert.Equal(
                "Not yet: Your sum, or what to compare it with, has more than 100 million values; compare a part of them.",
                result.ToString()
            )
        );
        Assert.Contains("is not there yet", Check.Close((Tensor?)null, huge).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_number_is_told_apart_from_the_float64_next_to_it()
    {
        using Tensor whole = tensor(9_007_199_254_740_993L),
            rounded = tensor(9_007_199_254_740_992.0);

        Assert.False(Check.Close(whole, rounded).Passed);
        Assert.True(Check.Close(tensor(9_007_199_254_740_992L), rounded).Passed);
        Assert.Equal(
            "The count is 9007199254740993, expected 9007199254740992 (difference 1).",
            Check.Close(9_007_199_254_740_993L, 9_007_199_254_740_992L, "the count").ToString()["Not yet: ".Length..]
        );
        Assert.True(Check.Close(long.MinValue, long.MinValue).Passed);
        Assert.False(Check.Close(long.MinValue, long.MaxValue).Passed);
        Assert.True(Check.Close(9_007_199_254_740_993L, 9_007_199_254_740_992L, tolerance: 1).Passed);
        Assert.True(Check.Close((1L << 60) + 129, (1L << 60) + 127, tolerance: 100).Passed);
        Assert.False(Check.Close((1L << 60) + 639, (1L << 60) + 129, tolerance: 300).Passed);
        using Tensor far = tensor([(1L << 60) + 129]),
            near = tensor([(1L << 60) + 127]);
        Assert.True(Check.Close(far, near, tolerance: 100).Passed);
        Assert.Contains(
            "it is 1152921504606847105, expected 1152921504606847103",
            Check.Close(far, near).Message,
            StringComparison.Ordinal
        );
        using Tensor mixed = tensor([(1L << 53) + 1, 1L]),
            halves = tensor([(double)(1L << 53), 1.000001]);
        Assert.False(Check.Close(mixed, halves, tolerance: 1e-3).Passed);
    }
}
