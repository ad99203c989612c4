using System.Globalization;
using System.Text;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Mathematics.OutlierDetection;

namespace ShapeKit.Benchmarks.Library;

/// <summary>Runs <see cref="LibraryBenchmarks"/> in this process, whose libtorch is the one that readers load.</summary>
internal static class LibraryReport
{
    public static string Run(int rounds)
    {
        string load = Machine.Load;
        IConfig config = ManualConfig
            .CreateEmpty()
            .AddJob(
                Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
                    .WithWarmupCount(3)
                    .WithIterationCount(rounds)
                    .WithLaunchCount(1)
                    .WithOutlierMode(OutlierMode.DontRemove)
            )
            .AddLogger(NullLogger.Instance)
            .AddColumnProvider(DefaultConfig.Instance.GetColumnProviders().ToArray())
            .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "shapekit-benchmarks"));
        Summary summary = BenchmarkRunner.Run<LibraryBenchmarks>(config);
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"`dotnet run -c Release --project benchmarks/ShapeKit.Benchmarks -- library`, BenchmarkDotNet in this process, one thread, "
                + $"on {Machine.Description}, load {load} before and {Machine.Load} after."
        );
        text.AppendLine();
        text.AppendLine(Measurement.TableHead);
        foreach (BenchmarkReport report in summary.Reports)
        {
            string name = report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\'');
            double[] microseconds =
            [
                .. (report.ResultStatistics ?? throw new InvalidOperationException($"Not measured: {name}.")).OriginalValues.Select(
                    nanoseconds => nanoseconds / 1000
                ),
            ];
            text.AppendLine(new Measurement(name, "µs", null, microseconds).TableRow);
        }

        return text.ToString();
    }
}
