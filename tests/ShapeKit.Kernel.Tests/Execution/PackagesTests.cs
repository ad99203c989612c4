using System.IO.Compression;
using System.Runtime.InteropServices;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using ShapeKit.Kernel.Display;
using ShapeKit.Kernel.Execution;

namespace ShapeKit.Kernel.Tests.Execution;

public sealed class PackagesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("shapekit-packages-test-").FullName;
    private readonly Cells _cells;

    public PackagesTests()
    {
        // Names that nobody else has: where the variable NUGET_PACKAGES is set, restored packages stay in its folder.
        Name = "Greeting" + Guid.NewGuid().ToString("N")[..8];
        Pack(Name, "1.0.0");
        Pack(Name, "2.0.0");
        Configure("feed");
        _cells = new Cells(new CellEngineOptions { WorkingDirectory = Path.Combine(_folder, "notebooks") });
        Directory.CreateDirectory(Path.Combine(_folder, "notebooks"));
    }

    private string Name { get; }

    public void Dispose()
    {
        _cells.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_package_is_restored_from_the_source_that_NuGet_config_above_the_notebook_names()
    {
        Assert.Equal("Hello from 1.0.0", await _cells.Text($"#r \"nuget: {Name}, 1.0.0\"\n{Name}.Greeting.Text"));
        Assert.Equal($"Installed {Name} 1.0.0.", Shown(_cells.Outputs.OfType<UpdateDisplayOutput>().Last().Data));
        Assert.Equal("Hello from 1.0.0", await _cells.Text($"#r \"nuget: {Name}, 2.0.0\"\n{Name}.Greeting.Text"));
        Assert.Equal(
            $"{Name} 2.0.0 was asked for, 1.0.0 is used: an earlier cell loaded it; restart the kernel to change the version.\n",
            _cells.Console
        );
        Assert.Equal("true", await _cells.Text($"{Name}.Greeting.sk_version_get_milestone() > 0"));
        Assert.Contains(
            "Says hello.",
            (
                await _cells.Engine.InspectAsync($"{Name}.Greeting.Text", Name.Length + 12, TestContext.Current.CancellationToken)
            )!.Documentation,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Without_a_version_the_newest_is_taken_also_from_a_source_that_the_cell_names()
    {
        Configure(null);
        Assert.Equal(
            "Hello from 2.0.0",
            await _cells.Text($"#i \"nuget: {Path.Combine(_folder, "feed")}\"\n#r \"nuget:{Name}\"\n{Name}.Greeting.Text")
        );
    }

    [Fact]
    public async Task A_package_or_version_that_does_not_exist_is_one_sentence_and_the_kernel_goes_on()
    {
        await _cells.Try("#r \"nuget: No.Such.Package.Anywhere\"");
        Assert.Equal("PackageError", _cells.Error.Name);
        Assert.StartsWith("The package No.Such.Package.Anywhere does not exist in", _cells.Error.Message, StringComparison.Ordinal);
        await _cells.Try($"#r \"nuget: {Name}, 7.0.0\"");
        Assert.Equal($"The package {Name} does not exist in that version; the nearest is 2.0.0.", _cells.Error.Message);
        Assert.Single(_cells.Error.Traceback, line => line.Contains("NU1102", StringComparison.Ordinal));
        await _cells.Try("#r \"nuget: a b c\"");
        Assert.Contains("names no package", _cells.Error.Message, StringComparison.Ordinal);
        Assert.Equal("2", await _cells.Text("1 + 1"));
    }

    [Fact]
    public async Task A_source_that_cannot_be_reached_is_named()
    {
        Configure("http://127.0.0.1:9/index.json");
        await _cells.Try($"#r \"nuget: {Name}, 1.0.0\"");
        Assert.StartsWith(
            "The package source http://127.0.0.1:9/index.json could not be reached",
            _cells.Error.Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_source_that_a_cell_added_and_that_is_gone_is_left_out_where_another_has_the_package()
    {
        string gone = Path.Combine(_folder, "gone");
        Assert.Equal("Hello from 1.0.0", await _cells.Text($"#i \"nuget: {gone}\"\n#r \"nuget: {Name}, 1.0.0\"\n{Name}.Greeting.Text"));
        Assert.Equal($"The package source {gone} could not be reached and is left out.\n", _cells.Console);
        await _cells.Try($"#i \"nuget: {gone}\"\n#r \"nuget: No.Such.Package.Anywhere\"");
        Assert.StartsWith($"The package source {gone} could not be reached", _cells.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_the_program_carries_needs_no_restore_and_another_version_is_named()
    {
        Configure("http://127.0.0.1:9/index.json");
        await _cells.Run("#r \"nuget: SkiaSharp\"\nusing SkiaSharp;\nvar red = SKColors.Red;");
        Assert.Empty(_cells.Outputs);
        await _cells.Run(
            "#r \"nuget: ShapeKit, 9.9\"\n#r \"nuget: Plotly.NET.Interactive\"\n#r \"nuget: Microsoft.DotNet.Interactive, "
                + "1.0.0-beta.25177.1\"\nusing Plotly.NET;\nusing ShapeKit.Runtime;"
        );
        Assert.Equal(
            "ShapeKit 9.9 was asked for, 0.1.0 is used: the kernel carries it, so that its libraries and cells see the same types.\n",
            _cells.Console
        );
        Assert.DoesNotContain(_cells.Outputs, o => o is DisplayOutput);
    }

    [Fact]
    public async Task A_package_that_names_a_carried_one_with_its_native_part_or_its_charts_needs_no_restore_either()
    {
        Configure("http://127.0.0.1:9/index.json");
        await _cells.Run(
            "#r \"nuget: TorchSharp-cpu, 0.107.0\"\n#r \"nuget: SkiaSharp.NativeAssets.Linux.NoDependencies, 4.155.0\"\n"
                + "#r \"nuget: SkiaSharp.NativeAssets.macOS\"\n#r \"nuget: Plotly.NET.Interactive, 6.0.0\"\n"
                + "using Plotly.NET;\nusing SkiaSharp;\nusing TorchSharp;\nvar types = new[] { typeof(torch), typeof(SKColor), typeof(Layout) };"
        );
        Assert.Empty(_cells.Outputs);
        await _cells.Run("#r \"nuget: torchsharp-CPU, 0.105.0\"");
        Assert.StartsWith(
            "torchsharp-CPU 0.105.0 was asked for, 0.107.0 is used: the kernel carries it",
            _cells.Console,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_package_that_wants_an_older_major_version_of_a_carried_one_is_named()
    {
        Pack("SkiaSharp", "2.88.8-stub");
        Pack("Painter", "1.0.0", "<dependency id=\"SkiaSharp\" version=\"2.88.8-stub\" />");
        Assert.Equal("Hello from 1.0.0", await _cells.Text("#r \"nuget: Painter, 1.0.0\"\nPainter.Greeting.Text"));
        Assert.Matches(
            @"^SkiaSharp 2\.88\.8-stub was asked for by Painter, 4\.[\d.]+ is used: the kernel carries it, so that its libraries and cells see the same types\.\n$",
            _cells.Console
        );
    }

    [Fact]
    public async Task A_package_that_wants_another_version_than_an_earlier_cell_loaded_is_named()
    {
        // Names of their own: a folder of packages that outlives a test would keep the ones of the test before.
        (string older, string newer) = ($"Older{Name}", $"Newer{Name}");
        Pack(older, "1.0.0", $"<dependency id=\"{Name}\" version=\"1.0.0\" />");
        Pack(newer, "1.0.0", $"<dependency id=\"{Name}\" version=\"2.0.0\" />");
        await _cells.Run($"#r \"nuget: {older}, 1.0.0\"");
        Assert.Equal("Hello from 1.0.0", await _cells.Text($"{Name}.Greeting.Text"));
        await _cells.Run($"#r \"nuget: {newer}, 1.0.0\"");
        Assert.Equal(
            $"{Name} 2.0.0 was asked for by {newer}, 1.0.0 is used: an earlier cell loaded it; restart the kernel to change the version.\n",
            _cells.Console
        );

        using var others = new Cells(new CellEngineOptions { WorkingDirectory = Path.Combine(_folder, "notebooks") });
        await others.Try($"#r \"nuget: {Name}, 1.0.0\"\n#r \"nuget: {newer}, 1.0.0\"");
        Assert.Equal(
            $"A package needs {Name} 2.0.0, and a cell asked for 1.0.0; restart the kernel and ask for 2.0.0.",
            others.Error.Message
        );
    }

    [Fact]
    public async Task When_the_sources_lack_the_version_the_one_that_is_used_instead_is_named()
    {
        Assert.Equal("Hello from 2.0.0", await _cells.Text($"#r \"nuget: {Name}, 1.5.0\"\n{Name}.Greeting.Text"));
        Assert.Equal($"{Name} 1.5.0 was asked for, 2.0.0 is used: it is the nearest that the package sources have.\n", _cells.Console);
    }

    [Theory] // Stubs in the place of real packages.
    [InlineData("NetMQ", "1.2.3-stub")]
    [InlineData("NetMQ", "99.0.0-stub")]
    [InlineData("Microsoft.CodeAnalysis", "4.8.0-stub")]
    public async Task A_cell_has_its_own_version_of_a_package_that_only_the_kernel_works_with(string name, string version)
    {
        Pack(name, version);
        Assert.Equal($"Hello from {version}", await _cells.Text($"#r \"nuget: {name}, {version}\"\n{name}.Greeting.Text"));
        Assert.Equal(
            version.Replace("-stub", ".0", StringComparison.Ordinal),
            await _cells.Text($"typeof({name}.Greeting).Assembly.GetName().Version.ToString()")
        );
        Assert.Empty(_cells.Console);
    }

    [Theory]
    [InlineData("Microsoft.CodeAnalysis", "SyntaxNode")]
    [InlineData("NetMQ", "NetMQConfig")]
    [InlineData("NuGet.Versioning", "NuGetVersion")]
    public async Task What_only_the_kernel_works_with_is_not_seen_by_a_cell_that_has_not_asked_for_it(string assembly, string type)
    {
        await _cells.Try($"typeof({assembly}.{type})");
        Assert.Equal("CompilationError", _cells.Error.Name);
        await _cells.Try($"System.Reflection.Assembly.Load(\"{assembly}\")");
        Assert.Equal("FileNotFoundException", _cells.Error.Name);
        CompletionList offered = await _cells.Engine.CompleteAsync(
            assembly + ".",
            assembly.Length + 1,
            TestContext.Current.CancellationToken
        );
        Assert.DoesNotContain(offered.Items, item => item.Text == type);
    }

    [Fact]
    public void The_list_of_carried_packages_in_the_documentation_is_right()
    {
        // What has neither assemblies nor dependencies is the native part of another package, for one system.
        string list = string.Join(
            ", ",
            HostPackages
                .Current.Carried.Where(p => HostPackages.Current.Assemblies(p.Key).Count > 0)
                .OrderBy(p => p.Key, StringComparer.OrdinalIgnoreCase)
                .Select(p => $"{p.Key} {p.Value}")
        );
        string[] lines = File.ReadAllLines(Repository.PathOf("docs", "kernel.md"));
        string listed = lines[Array.IndexOf(lines, "<!-- carried -->") + 1];
        Assert.True(list == listed, $"After <!-- carried --> docs/kernel.md has to say, in one line:\n{list}");
    }

    [Fact]
    public void A_restore_leaves_no_folder_behind_and_only_its_owner_can_look_into_it()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "notebooks"));
        var restore = new PackageRestore(Path.Combine(_folder, "notebooks"));
        foreach ((string version, bool stop) in new[] { ("1.0.0", false), ("7.0.0", false), ("2.0.0", true) })
        {
            using var stopping = new CancellationTokenSource();
            string? seen = null;
            Exception? failure = Record.Exception(() =>
                restore.Restore(new Dictionary<string, string> { [Name] = version }, Look, stopping.Token)
            );
            Assert.Equal(
                stop ? typeof(OperationCanceledException)
                    : version == "7.0.0" ? typeof(CellException)
                    : null,
                failure?.GetType()
            );
            Assert.False(Directory.Exists(seen ?? throw new InvalidOperationException("No folder was seen.")));

            void Look(TimeSpan elapsed)
            {
                seen ??= Directory
                    .GetDirectories(Path.GetTempPath(), "shapekit-packages-*")
                    .FirstOrDefault(d => Holds(Path.Combine(d, "packages.csproj")));
                if (!OperatingSystem.IsWindows())
                {
                    Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(seen!));
                }

                if (stop)
                {
                    stopping.Cancel();
                }
            }
        }

        // Folders of other programs come and go meanwhile.
        bool Holds(string path) => File.Exists(path) && File.ReadAllText(path).Contains(Name, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_assembly_file_can_be_referenced()
    {
        Compile("Local.Tool", "1.2.3").CopyTo(Path.Combine(_folder, "notebooks", "Local.Tool.dll"));
        Assert.Equal("Hello from 1.2.3", await _cells.Text("#r \"Local.Tool.dll\"\nLocal.Tool.Greeting.Text"));
    }

    private static string Shown(MimeBundle bundle) => bundle.Data[MimeBundle.Plain];

    private void Configure(string? source) =>
        File.WriteAllText(
            Path.Combine(_folder, "NuGet.config"),
            "<configuration><config><add key=\"globalPackagesFolder\" value=\"packages\" /></config><packageSources><clear "
                + $"/>{(source is null ? "" : $"<add key=\"only\" value=\"{source}\" allowInsecureConnections=\"true\" />")}</packageSources></configuration>"
        );

    private void Pack(string name, string version, string dependencies = "")
    {
        Directory.CreateDirectory(Path.Combine(_folder, "feed"));
        using ZipArchive package = ZipFile.Open(Path.Combine(_folder, "feed", $"{name}.{version}.nupkg"), ZipArchiveMode.Create);
        package.CreateEntryFromFile(Compile(name, version).FullName, $"lib/net10.0/{name}.dll");
        // Any native library will do: SkiaSharp's, under another name.
        string native = ((string)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES")!)
            .Split(Path.PathSeparator)
            .Append(AppContext.BaseDirectory)
            .Where(Directory.Exists)
            .SelectMany(d => Directory.EnumerateFiles(d, "libSkiaSharp.*"))
            .First(f => Path.GetExtension(f) is ".so" or ".dll" or ".dylib");
        package.CreateEntryFromFile(
            native,
            $"runtimes/{RuntimeInformation.RuntimeIdentifier}/native/{(OperatingSystem.IsWindows() ? "" : "lib")}{name}Native{Path.GetExtension(native)}",
            CompressionLevel.NoCompression
        );
        Add(
            $"lib/net10.0/{name}.xml",
            $"<doc><assembly><name>{name}</name></assembly><members><member name=\"P:{name}.Greeting.Text\"><summary>Says "
                + "hello.</summary></member></members></doc>"
        );
        Add(
            $"{name}.nuspec",
            $"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd"><metadata><id>{name}</id><version>{version}</version>
            <authors>t</authors><description>t</description><dependencies><group targetFramework="net10.0">{dependencies}</group></dependencies></metadata></package>
            """
        );

        void Add(string path, string text)
        {
            using var writer = new StreamWriter(package.CreateEntry(path).Open());
            writer.Write(text);
        }
    }

    private FileInfo Compile(string name, string version)
    {
        string path = Path.Combine(_folder, $"{name}-{version}.dll");
        string packs = Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", "packs", "Microsoft.NETCore.App.Ref");
        string code =
            $"[assembly: System.Reflection.AssemblyVersion(\"{version.Split('-')[0]}.0\")] namespace {name} {{ public static class "
            + $"Greeting {{ public static string Text => \"Hello from {version}\"; "
            + $"[System.Runtime.InteropServices.DllImport(\"{name}Native\")] public static extern int sk_version_get_milestone(); }} }}";
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(code, cancellationToken: TestContext.Current.CancellationToken)],
            Directory
                .EnumerateFiles(packs, "System.Runtime*.dll", SearchOption.AllDirectories)
                .Select(f => MetadataReference.CreateFromFile(f)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)
        );
        Assert.True(compilation.Emit(path, cancellationToken: TestContext.Current.CancellationToken).Success);
        return new FileInfo(path);
    }
}
