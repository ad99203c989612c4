using ShapeKit.Runtime;
using static ShapeKit.Tests.Documentation.Promise;

namespace ShapeKit.Tests.Documentation;

internal static class RuntimePromises
{
    private const string Loaded = "LibTorchTests, which try folders of their own; this process has loaded libtorch";

    public static Promise[] All { get; } =
    [
        .. Missing("Runtime.LibTorch.Status"),
        .. Missing("Runtime.LibTorch.EnsureLoaded"),
        .. Of<ArgumentException>(
            "Runtime.Results.Record",
            ("The name is empty", () => Results.Record("", 1)),
            ("the value is not a finite number", () => Results.Record("accuracy", double.NaN))
        ),
        .. Of<ArgumentException>(
            "Runtime.Result.#ctor",
            ("The name is empty", () => _ = new Result(null!, 1)),
            ("the value is not a finite number", () => _ = new Result("accuracy", double.PositiveInfinity)),
            ("the value is not a finite number", () => _ = new Result("accuracy", 1) with { Value = double.NaN })
        ),
        .. Of<ArgumentOutOfRangeException>(
            "Runtime.Session.Start",
            ("threads is less than 1", () => Session.Start(threads: 0)),
            ("above 256", () => Session.Start(threads: 257))
        ),
        .. Not<DllNotFoundException>("Runtime.Session.Start", ("libtorch could not be loaded", Loaded)),
    ];

    private static Promise[] Missing(string member) =>
        Not<DllNotFoundException>(
            member,
            ("libtorch is missing", Loaded),
            ("the C++ runtime is too old and no corrected copy could be made", Loaded),
            ("Variable says something it can't", "ConvolutionWayTests")
        );
}
