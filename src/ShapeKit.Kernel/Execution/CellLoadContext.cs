using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;

namespace ShapeKit.Kernel.Execution;

/// <summary>Loads the compiled cells of one engine and the packages that they asked for.</summary>
/// <remarks>
/// What cells share with the program comes from there in the same or a later version; what only the program works with stays hidden from
/// them.
/// </remarks>
internal sealed class CellLoadContext() : AssemblyLoadContext("ShapeKit cells")
{
    /// <summary>By full name: of a source file there may be versions.</summary>
    private readonly ConcurrentDictionary<string, (Assembly Assembly, CellRun? Run)> _cells = new();
    private readonly ConcurrentDictionary<string, byte> _names = new();
    private readonly ConcurrentDictionary<string, string> _libraries = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _natives = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The newest run of one of the engine's cells.</summary>
    public CellRun? LatestRun { get; set; }

    /// <summary>The run of the cell whose code led to an exception; null when it was no cell's.</summary>
    public static CellRun? RunOf(Exception exception) =>
        new StackTrace(exception)
            .GetFrames()
            .Reverse()
            .Select(frame => frame.GetMethod()?.DeclaringType?.Assembly)
            .Select(assembly =>
                assembly is null
                    ? null
                    : GetLoadContext(assembly) switch
                    {
                        CellLoadContext context => context.RunOf(assembly),
                        Newer newer => newer.Cells.RunOf(assembly),
                        _ => null,
                    }
            )
            .FirstOrDefault(run => run is not null);

    /// <summary>Loads a compiled cell.</summary>
    public Assembly LoadCell(string name, Stream assembly, Stream symbols)
    {
        Assembly loaded = (_names.TryAdd(name, 0) ? (AssemblyLoadContext)this : new Newer(this)).LoadFromStream(assembly, symbols);
        _cells[loaded.FullName!] = (loaded, LatestRun);
        return loaded;
    }

    private CellRun? RunOf(Assembly assembly) =>
        _cells.TryGetValue(assembly.FullName ?? "", out (Assembly Assembly, CellRun? Run) cell) ? cell.Run : null;

    public bool IsCell(Assembly assembly) => assembly.FullName is { } name && _cells.ContainsKey(name);

    /// <summary>Makes an assembly known; it is loaded when a cell first needs it. The first of a name stays.</summary>
    public void AddLibrary(string path) => _libraries.TryAdd(Path.GetFileNameWithoutExtension(path), path);

    /// <summary>Makes a native library known.</summary>
    public void AddNative(string path) => _natives.TryAdd(Path.GetFileName(path), path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name ?? "";
        if (_cells.TryGetValue(assemblyName.FullName, out (Assembly Assembly, CellRun? Run) cell))
        {
            return cell.Assembly;
        }

        if (HostPackages.Current.Provides(name, assemblyName.Version))
        {
            return null;
        }

        return _libraries.TryGetValue(name, out string? path) ? LoadFromAssemblyPath(path)
            : HostPackages.Current.Isolates(name) ? throw new FileNotFoundException($"No cell has asked for the assembly {name}.", name)
            : null;
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names =
            OperatingSystem.IsWindows() ? [unmanagedDllName, unmanagedDllName + ".dll"]
            : OperatingSystem.IsMacOS()
                ? [unmanagedDllName, unmanagedDllName + ".dylib", $"lib{unmanagedDllName}.dylib", "lib" + unmanagedDllName]
            : [unmanagedDllName, unmanagedDllName + ".so", $"lib{unmanagedDllName}.so", "lib" + unmanagedDllName];
        foreach (string name in names)
        {
            if (_natives.TryGetValue(name, out string? path))
            {
                return LoadUnmanagedDllFromPath(path);
            }
        }

        return 0;
    }

    /// <summary>Holds one more version of an assembly, because a context holds one of a name.</summary>
    private sealed class Newer(CellLoadContext cells) : AssemblyLoadContext
    {
        public CellLoadContext Cells => cells;

        protected override Assembly? Load(AssemblyName assemblyName) => cells.LoadFromAssemblyName(assemblyName);
    }
}
