using System.Diagnostics;
using System.Reflection.PortableExecutable;
using System.Text.Json.Nodes;
using ShapeKit.Tests;
using SkiaSharp;

namespace ShapeKit.Notebooks.Tests.Commands;

/// <summary>The kernel that a reader installs.</summary>
public sealed class InstalledKernelTests(InstalledKernel kernel)
{
    [Fact]
    public async Task The_command_says_where_the_kernel_is_and_what_VS_Code_needs_next()
    {
        string output = await kernel.InstalledAsync();

        Assert.Contains("Fetching packages\n", output);
        Assert.Contains("Compiling to machine code\n", output);
        Assert.Contains($"program     {Path.GetDirectoryName(kernel.Program)}\n", output);
        Assert.Contains($"kernelspec  {kernel.Kernelspec}\n", output);
        Assert.Contains("\"jupyter.completionTriggerCharacters\": { \"csharp\": [\".\"] }", output);
        Assert.Contains("notebooks/en/01-convolution.ipynb", output);
    }

    [Fact]
    public async Task The_kernelspec_is_what_VS_Code_runs_and_saves_cleanly()
    {
        await kernel.InstalledAsync();
        JsonNode spec = JsonNode.Parse(File.ReadAllText(Path.Combine(kernel.Kernelspec, "kernel.json")))!;

        Assert.Equal(["kernel", "run", "-f", "{connection_file}"], spec["argv"]!.AsArray().Skip(1).Select(argument => (string)argument!));
        Assert.True(Path.IsPathFullyQualified(kernel.Program) && File.Exists(kernel.Program));
        Assert.Equal("C# (ShapeKit) csharp message", $"{spec["display_name"]} {spec["language"]} {spec["interrupt_mode"]}");
        Assert.Equal("PASSIVE", (string)spec["env"]!["OMP_WAIT_POLICY"]!);
        Assert.Equal("0x1000000", (string)spec["env"]!["DOTNET_GCgen0size"]!);
        Assert.True(Directory.Exists(Path.Combine((string)spec["env"]!["DOTNET_ROOT"]!, "shared")));
        foreach (int size in new[] { 32, 64 })
        {
            using SKBitmap logo = SKBitmap.Decode(Path.Combine(kernel.Kernelspec, $"logo-{size}x{size}.png"));
            Assert.Equal((size, size), (logo.Width, logo.Height));
        }

        Assert.Contains("<circle", File.ReadAllText(Path.Combine(kernel.Kernelspec, "logo-svg.svg")));
    }

    [Fact]
    public async Task The_program_is_machine_code_already_and_libtorch_is_not_copied()
    {
        await kernel.InstalledAsync();
        string folder = Path.GetDirectoryName(kernel.Program)!;

        Assert.All(
            new[]
            {
                "ShapeKit",
                "ShapeKit.Kernel",
                "ShapeKit.Cli",
                "Microsoft.CodeAnalysis.CSharp",
                "Microsoft.CodeAnalysis.CSharp.Features",
                "NetMQ",
                "TorchSharp",
                "Plotly.NET",
                "FSharp.Core",
            },
            name =>
            {
                using var file = new PEReader(File.OpenRead(Path.Combine(folder, name + ".dll")));
                Assert.True(file.PEHeaders.CorHeader!.ManagedNativeHeaderDirectory.Size > 0, name);
            }
        );
        Assert.InRange(new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 1, 200_000_000);
    }

    [Fact]
    public async Task It_runs_cells_though_the_clone_is_gone()
    {
        await kernel.InstalledAsync();
        using var notebooks = new TemporaryNotebooks();
        notebooks.Write("a.ipynb", "#r \"nuget: ShapeKit\"\nusing TorchSharp;", "Console.WriteLine(torch.ones(2, 3).sum().ToDouble());");

        (int exitCode, string output, string errors) = await TemporaryNotebooks.RunProgramAsync(
            kernel.Program,
            notebooks.Folder,
            kernel.Environment,
            "run",
            "a.ipynb"
        );

        Assert.True(exitCode == 0, output + errors);
        Assert.Contains("6", notebooks.Read("artifacts", "run", "a.ipynb"));
    }

    [Fact]
    public async Task Away_from_its_clone_it_says_where_the_kernel_is_made()
    {
        await kernel.InstalledAsync();

        (int exitCode, _, string errors) = await TemporaryNotebooks.RunProgramAsync(
            kernel.Program,
            kernel.JupyterData,
            kernel.Environment,
            "kernel",
            "install"
        );

        Assert.Equal(2, exitCode);
        Assert.Equal(
            "The kernel is built from a clone of ShapeKit, and this program lies outside of one: run `dotnet run --project "
                + "src/ShapeKit.Cli -- kernel install` in the clone.\n",
            errors
        );
    }

    [Fact]
    public async Task The_list_and_the_doctor_know_it()
    {
        await kernel.InstalledAsync();

        Assert.Contains("shapekit: C# (ShapeKit), 0.1.0, installed\n", (await ShapeKitAsync("kernel", "list")).Output);
        Assert.Matches("(ok|note) +Kernel +" + kernel.Kernelspec, (await ShapeKitAsync("doctor")).Output);
    }

    private Task<(int ExitCode, string Output, string Errors)> ShapeKitAsync(params string[] arguments) =>
        TemporaryNotebooks.RunProgramAsync(TemporaryNotebooks.Launcher, Repository.Root, kernel.Environment, arguments);
}

/// <summary>Installing over, beside and away; what was installed before is played by a folder.</summary>
public sealed class KernelCommandTests : IDisposable
{
    private readonly TemporaryNotebooks _folder = new();

    private string Kernelspec => _folder.PathOf("jupyter", "kernels", "shapekit");

    private string Programs => _folder.PathOf("data", "shapekit", "kernel");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_developers_kernel_is_the_clones_build()
    {
        (int exitCode, string output, string errors) = await ShapeKitAsync("kernel", "install", "--dev");

        Assert.True(exitCode == 0, output + errors);
        Assert.Equal(TemporaryNotebooks.Launcher, Program());
        Assert.Contains("shapekit: C# (ShapeKit), 0.1.0, a clone's build\n", (await ShapeKitAsync("kernel", "list")).Output);
        Assert.Matches($"(ok|note) +Kernel +{Kernelspec}", (await ShapeKitAsync("doctor")).Output);
    }

    [Fact]
    public async Task An_upgrade_keeps_the_old_program_while_a_kernel_runs_from_it()
    {
        string old = Install("0.0.1-old");
        using (FileStream held = Hold(old))
        {
            (int exitCode, string output, string errors) = await ShapeKitAsync("kernel", "install", "--dev");

            Assert.True(exitCode == 0, output + errors);
            Assert.Equal(TemporaryNotebooks.Launcher, Program());
            Assert.True(File.Exists(Path.Combine(old, "shapekit")));
            Assert.Contains($"Kept    {old}: a kernel runs from it", (await ShapeKitAsync("kernel", "uninstall")).Output);
        }

        Assert.Contains($"Removed {old}\n", (await ShapeKitAsync("kernel", "uninstall")).Output);
        Assert.Empty(Directory.GetDirectories(Programs));
    }

    [Fact]
    public async Task An_installation_that_is_killed_leaves_the_old_kernel_and_the_next_one_clears_up()
    {
        string old = Install("0.0.1-old");
        using (Process install = TemporaryNotebooks.Start(_folder.Folder, InstalledKernel.EnvironmentIn(_folder), "kernel", "install"))
        {
            Assert.Equal("Fetching packages", await install.Patiently(install.StandardOutput.ReadLineAsync()));
            install.Kill(entireProcessTree: true);
            await install.EndAsync();
        }

        Assert.Equal(Path.Combine(old, "shapekit"), Program());
        Assert.Equal(2, Directory.GetDirectories(Programs).Length);

        await ShapeKitAsync("kernel", "install", "--dev");
        Assert.Empty(Directory.GetDirectories(Programs));
    }

    [Fact]
    public async Task Two_installations_take_turns()
    {
        Directory.CreateDirectory(Programs);
        Process second;
        using (new FileStream(Path.Combine(Programs, "install.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            second = TemporaryNotebooks.Start(_folder.Folder, InstalledKernel.EnvironmentIn(_folder), "kernel", "install", "--dev");
            Assert.Equal(
                "Another installation is running; waiting for its end.",
                await second.Patiently(second.StandardOutput.ReadLineAsync())
            );
            Assert.False(Directory.Exists(Kernelspec) && File.Exists(Path.Combine(Kernelspec, "kernel.json")));
        }

        using (second)
        {
            await second.Patiently(second.StandardOutput.ReadToEndAsync());
            await second.EndAsync();
            Assert.Equal(0, second.ExitCode);
        }

        Assert.Equal(TemporaryNotebooks.Launcher, Program());
    }

    [Fact]
    public async Task Uninstalling_removes_what_is_ours_and_keeps_everything_else()
    {
        string other = WriteSpec(_folder.PathOf("jupyter", "kernels", "python3"), "Python 3", "python3");
        string elsewhere = Path.Combine(Programs, "0.0.1-elsewhere");
        Install("0.0.1-old");
        Install(
            "0.0.1-elsewhere",
            WriteSpec(_folder.PathOf("second", "kernels", "shapekit"), "C# (ShapeKit)", Path.Combine(elsewhere, "shapekit"))
        );

        (int exitCode, string output, _) = await ShapeKitAsync("kernel", "uninstall");

        Assert.Equal(0, exitCode);
        Assert.Equal($"Removed {Kernelspec}\nRemoved {Path.Combine(Programs, "0.0.1-old")}\n", output);
        Assert.True(File.Exists(other) && Directory.Exists(elsewhere));
        Assert.Equal(
            $"No ShapeKit kernel is installed in {_folder.PathOf("jupyter")}.\n",
            (await ShapeKitAsync("kernel", "uninstall")).Output
        );
    }

    [Fact]
    public async Task Kernels_that_bring_the_picker_back_and_programs_that_are_gone_are_named()
    {
        WriteSpec(_folder.PathOf("jupyter", "kernels", "python3"), "Python 3 (ipykernel)", "python3");
        string old = Install("0.0.1-old");
        Assert.Matches("note +Kernel +.*kernel.json, built from other sources than this clone", (await ShapeKitAsync("doctor")).Output);
        File.Delete(Path.Combine(old, "shapekit"));

        string list = (await ShapeKitAsync("kernel", "list")).Output;
        Assert.StartsWith("shapekit: C# (ShapeKit), 0.0.1, installed\n", list);
        Assert.Contains($"program     {Path.Combine(old, "shapekit")}: gone, this kernel can't start\n", list);
        Assert.Contains("python3: Python 3 (ipykernel)\n", list);
        Assert.Contains("VS Code asks which kernel to use while there is more than one", list);

        Assert.Matches("broken +Kernel +.*, which is gone. Install the kernel again", (await ShapeKitAsync("doctor")).Output);
    }

    [Theory]
    [InlineData(
        "PATH",
        "The kernel is built with the .NET 10 SDK, whose command dotnet was not found: install it from https://dot.net, or add its "
            + "folder to PATH.\n"
    )]
    [InlineData("JUPYTER_DATA_DIR", ". Mend that, or choose other folders with JUPYTER_DATA_DIR (kernelspec) and ")]
    [InlineData("XDG_DATA_HOME", ". Mend that, or choose other folders with JUPYTER_DATA_DIR (kernelspec) and ")]
    public async Task What_keeps_it_from_installing_is_said_in_one_sentence(string variable, string sentence)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && variable == "XDG_DATA_HOME", "Windows has LOCALAPPDATA.");
        File.WriteAllText(_folder.PathOf("file"), "");
        string root = Path.GetFullPath(
            Path.Combine(System.Runtime.InteropServices.RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..")
        );
        var environment = new Dictionary<string, string>(InstalledKernel.EnvironmentIn(_folder))
        {
            ["DOTNET_ROOT"] = root,
            [variable] = _folder.PathOf("file", "below"),
        };

        (int exitCode, _, string errors) = await TemporaryNotebooks.RunProgramAsync(
            TemporaryNotebooks.Launcher,
            _folder.Folder,
            environment,
            "kernel",
            "install"
        );

        Assert.Equal(2, exitCode);
        Assert.Contains(sentence, errors);
        Assert.Single(errors.TrimEnd().Split('\n'));
        Assert.Empty(Directory.Exists(Programs) ? Directory.GetDirectories(Programs) : []);
    }

    private string Program() => (string)JsonNode.Parse(File.ReadAllText(Path.Combine(Kernelspec, "kernel.json")))!["argv"]![0]!;

    /// <summary>What an earlier installation leaves.</summary>
    private string Install(string name, string? spec = null)
    {
        string program = Directory.CreateDirectory(Path.Combine(Programs, name)).FullName;
        File.WriteAllText(Path.Combine(program, "shapekit"), "");
        File.WriteAllText(
            Path.Combine(program, "kernelspec.txt"),
            spec ?? WriteSpec(Kernelspec, "C# (ShapeKit)", Path.Combine(program, "shapekit"))
        );
        return program;
    }

    /// <summary>What a kernel does while it runs.</summary>
    private static FileStream Hold(string program) =>
        new(Path.Combine(program, "kernelspec.txt"), FileMode.Open, FileAccess.Read, FileShare.Read);

    private static string WriteSpec(string folder, string displayName, string program)
    {
        var spec = new JsonObject
        {
            ["argv"] = new JsonArray(program, "{connection_file}"),
            ["display_name"] = displayName,
            ["metadata"] = new JsonObject
            {
                ["shapekit"] = new JsonObject { ["version"] = "0.0.1", ["sources"] = "0123456789abcdef" },
            },
        };
        string path = Path.Combine(Directory.CreateDirectory(folder).FullName, "kernel.json");
        File.WriteAllText(path, spec.ToJsonString());
        return path;
    }

    private Task<(int ExitCode, string Output, string Errors)> ShapeKitAsync(params string[] arguments) =>
        TemporaryNotebooks.RunProgramAsync(TemporaryNotebooks.Launcher, Repository.Root, InstalledKernel.EnvironmentIn(_folder), arguments);
}
