using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.Loader;

namespace ShapeKit.Kernel.Execution;

/// <summary>Loads the compiled cells of one session and the packages that they asked for.</summary>
/// <remarks>What the host program carries in the same or a later version comes from the host, so that both see the same types.</remarks>
internal sealed class CellLoadContext() : AssemblyLoadContext("ShapeKit cells")
{
    private readonly ConcurrentDictionary<string, Assembly> _cells = new();
    private readonly ConcurrentDictionary<string, string> _libraries = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, string> _natives = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The newest run of one of the session's cells.</summary>
    public CellRun? LatestRun { get; set; }

    /// <summary>The context of the cell or package in which an exception was thrown; null when it was elsewhere.</summary>
    public static CellLoadContext? Of(Exception exception) => new StackTrace(exception).GetFrames()
        .Select(frame => frame.GetMethod()?.DeclaringType is { } type ? GetLoadContext(type.Assembly) as CellLoadContext : null)
        .FirstOrDefault(context => context is not null);

    /// <summary>Loads a compiled cell.</summary>
    public Assembly LoadCell(string name, Stream assembly, Stream symbols)
    {
        Assembly loaded = LoadFromStream(assembly, symbols);
        _cells[name] = loaded;
        return loaded;
    }

    public bool IsCell(Assembly assembly) => assembly.GetName().Name is { } name && _cells.ContainsKey(name);

    /// <summary>Makes an assembly known; it is loaded when a cell first needs it. The first of a name stays.</summary>
    public void AddLibrary(string path) => _libraries.TryAdd(Path.GetFileNameWithoutExtension(path), path);

    /// <summary>Makes a native library known.</summary>
    public void AddNative(string path) => _natives.TryAdd(Path.GetFileName(path), path);

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        string name = assemblyName.Name ?? "";
        if (_cells.TryGetValue(name, out Assembly? cell))
        {
            return cell;
        }

        return !_libraries.TryGetValue(name, out string? path) || HostPackages.Current.Provides(name, assemblyName.Version)
            ? null
            : LoadFromAssemblyPath(path);
    }

    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names = OperatingSystem.IsWindows()
            ? [unmanagedDllName, unmanagedDllName + ".dll"]
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
}
