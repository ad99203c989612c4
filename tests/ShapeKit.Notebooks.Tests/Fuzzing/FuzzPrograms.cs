namespace ShapeKit.Notebooks.Tests.Fuzzing;

/// <summary>The programs of a seed: rounds of all kinds, each round in an order of its own.</summary>
internal static class FuzzPrograms
{
    /// <summary>Kinds that take seconds come in every so many rounds.</summary>
    private const int HeavyRounds = 4;

    private static readonly FuzzKind[] All =
    [
        .. StoppedKinds.All,
        .. ThreadKinds.All,
        .. ShownKinds.All,
        .. AskedKinds.All,
        .. SettingKinds.All,
    ];

    /// <summary>The first programs of a seed, all of them or those of a kind.</summary>
    public static IEnumerable<FuzzProgram> Of(int seed, int count, string? only = null)
    {
        FuzzKind[] kinds = only is null ? All : [.. All.Where(kind => kind.Name == only)];
        Assert.NotEmpty(kinds);
        for (int round = 0, number = 0; number < count; round++)
        {
            FuzzKind[] order = [.. kinds.Where(kind => !kind.IsHeavy || round % HeavyRounds == 0)];
            new Random(seed ^ (round << 16)).Shuffle(order);
            foreach (FuzzKind kind in order.Take(count - number))
            {
                yield return new FuzzProgram(kind.Name, kind.Make(Pen(seed, number++)));
            }
        }
    }

    /// <summary>What must go well after each program: a sum, outputs in their order, and Stop.</summary>
    public static FuzzProgram AliveAfter(int seed, int number)
    {
        FuzzPen pen = Pen(~seed, number);
        (string code, string[] shows) = pen.Outputs(6);
        string endless = pen.Pick("while (true) { }", "for (;;) ;", "Thread.Sleep(-1);", "await Task.Delay(-1);", "again: goto again;");
        return new FuzzProgram(
            "check after the program",
            new FuzzStep("1+1") { Shows = ["result: 2"] },
            new FuzzStep($"{code} clear_output(); Console.Write(\"{FuzzStep.On}\"); {endless}")
            {
                Shows = [.. shows, "clear: false", "stdout: on"],
                Ends = "Interrupted",
                Stop = Stop.Once,
            }
        );
    }

    private static FuzzPen Pen(int seed, int number) => new(new Random((seed * 7919) + number), number);
}

/// <summary>A kind of program.</summary>
/// <param name="Name">What it tries.</param>
/// <param name="Make">Writes one, with random parts.</param>
/// <param name="IsHeavy">Whether it takes seconds.</param>
internal sealed record FuzzKind(string Name, Func<FuzzPen, FuzzStep[]> Make, bool IsHeavy = false);
