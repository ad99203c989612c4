using System.CommandLine;
using ShapeKit.Benchmarks;
using ShapeKit.Benchmarks.Kernels;

// The floor of every program's start: a runtime that has nothing to do.
if (args is ["nothing"])
{
    return 0;
}

var kernelspec = new Option<DirectoryInfo>("--kernelspec")
{
    Description = "The folder with kernel.json; without it, the user's installed ShapeKit kernel.",
    DefaultValueFactory = _ => new DirectoryInfo(Kernelspec.Installed),
};
var kernel = new Command("kernel", "Starts the installed kernel again and again, as front ends do, and times it over ZeroMQ.") { kernelspec };
kernel.SetAction(arguments =>
{
    string folder = arguments.GetValue(kernelspec)!.FullName;
    if (!File.Exists(Path.Combine(folder, "kernel.json")))
    {
        Console.Error.WriteLine($"No kernel.json in {folder}: run `dotnet run --project src/ShapeKit.Cli -- kernel install` first.");
        return 2;
    }

    ResultsFile.Write("The kernel", KernelBenchmark.Run(Kernelspec.Load(folder)));
    return 0;
});
return new RootCommand("Measures ShapeKit; the results go to benchmarks/RESULTS.md.") { kernel }.Parse(args).Invoke();
