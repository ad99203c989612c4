using System.CommandLine;
using System.Globalization;
using ShapeKit.Benchmarks;
using ShapeKit.Benchmarks.Contests;
using ShapeKit.Benchmarks.Jupyter;
using ShapeKit.Benchmarks.Library;
using ShapeKit.Benchmarks.Waiting;

// The floor of every program's start: a runtime that has nothing to do.
if (args is ["nothing"])
{
    return 0;
}

// One side of a contest, and a program that keeps a core busy.
if (args is ["contestant", var contest, var threads])
{
    Peers.Serve(contest, int.Parse(threads, CultureInfo.InvariantCulture));
    return 0;
}

if (args is [ConvolutionsReport.Argument, var what])
{
    ConvolutionsReport.Serve(what);
    return 0;
}

if (args is ["neighbour"])
{
    while (true) { }
}

var kernelspec = new Option<DirectoryInfo>("--kernelspec")
{
    Description = "The folder with kernel.json; without it, the user's installed ShapeKit kernel.",
    DefaultValueFactory = _ => new DirectoryInfo(Kernelspec.Installed),
};
var kernel = new Command("kernel", "Starts the installed kernel again and again, as front ends do, and times it over ZeroMQ.")
{
    kernelspec,
};
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
var rounds = new Option<int>("--rounds")
{
    Description = "How often each is measured; the results file takes 9 or more.",
    DefaultValueFactory = _ => 9,
};
Command[] measured =
[
    Rounds("library", "The library", "Measures what chapters ask of the library, with BenchmarkDotNet.", LibraryReport.Run),
    Rounds("drawing", "Drawing", "Draws the article's images, in ShapeKit and in Debian's matplotlib and Pillow.", DrawingBenchmark.Run),
    Rounds(
        "training",
        "Training",
        "Trains the article's network, in ShapeKit, and in Debian's PyTorch with two BLAS.",
        TrainingBenchmark.Run
    ),
    Rounds("node", "Training in Node", "Trains it beside TensorFlow.js; takes minutes.", TrainingBenchmark.RunNode),
    Rounds("layers", "Layers", "Compares each layer of the article's network with the processor's peak.", LayersReport.Run),
    Rounds("scale", "Scale", "Draws and trains more, larger and with more parameters, and draws how the time grows.", ScaleReport.Run),
    Rounds(
        "waiting",
        "Waiting",
        "Clones, restores, builds and runs as a newcomer does, with an empty NuGet cache; needs the network.",
        WaitingReport.Run
    ),
    Rounds(
        "convolutions",
        "Convolutions",
        "Compares the ways to compute convolutions: at a program's start and in the course's networks.",
        ConvolutionsReport.Run
    ),
    Rounds(
        "chapters",
        "Chapters",
        "Runs all chapters with each way to compute convolutions, in turn; takes a quarter of an hour.",
        ConvolutionsReport.RunChapters
    ),
    Rounds(
        "busy",
        "A busy machine",
        "Trains beside busy neighbours, with threads that sleep while they wait and with threads that spin.",
        BusyBenchmark.Run
    ),
];
var all = new Command("all", "Runs all of these but the kernel's: with whatever is installed, and says what is not.") { rounds };
all.SetAction(arguments => measured.Max(command => command.Parse(["--rounds", $"{arguments.GetValue(rounds)}"]).Invoke()));
var watch = new Command("watch", "Times five of the library's benchmarks for some seconds, beside the recorded results; CI prints it.");
watch.SetAction(_ => RegressionWatch.Run());
var root = new RootCommand("Measures ShapeKit; the results go to benchmarks/RESULTS.md.") { kernel, all, watch };
Array.ForEach(measured, root.Add);
return root.Parse(args).Invoke();

Command Rounds(string name, string heading, string description, Func<int, string> run)
{
    var command = new Command(name, description) { rounds };
    command.SetAction(arguments =>
    {
        int count = arguments.GetValue(rounds);
        string section = run(count);
        if (count >= 9)
        {
            ResultsFile.Write(heading, section);
        }
        else
        {
            Console.WriteLine(section);
        }
    });
    return command;
}
