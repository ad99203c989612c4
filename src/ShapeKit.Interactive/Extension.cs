using System.Reflection;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Formatting;
using ShapeKit.Runtime;

namespace ShapeKit.Interactive;

/// <summary>Makes the course at home in .NET Interactive, which loads it when a cell names the package ShapeKit.</summary>
public sealed class Extension : IKernelExtension
{
    /// <summary>Called by the host after it has restored the package and before the rest of the cell runs.</summary>
    /// <param name="kernel">The host's root kernel.</param>
    /// <returns>A task that has ended.</returns>
    public Task OnLoadAsync(Kernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        AppDomain.CurrentDomain.AssemblyResolve += (_, wanted) => HostsFSharp(new AssemblyName(wanted.Name));
        Notebook.Display = Display;
        Notebook.ThrowIfStopped = () => KernelInvocationContext.Current?.CancellationToken.ThrowIfCancellationRequested();
        Console.SetIn(new InputReader());
        ShowAs<IShown>("text/html", "text/plain");
        ShowAs<Result>("text/plain");
        if (kernel.FindKernelByName("csharp") is { } csharp)
        {
            KeepSilentAboutUnifiedAssemblies(csharp);
        }

        return Task.CompletedTask;
    }

    /// <summary>Shows a value by the cell's own context: updates of the host's <c>display()</c> look for another output.</summary>
    private static Action<object> Display(object value)
    {
        if (KernelInvocationContext.Current is { } cell)
        {
            return cell.Display(value).Update;
        }

        Console.WriteLine(value);
        return Console.WriteLine;
    }

    /// <summary>What can be text is what it says of itself; without being told, the host lists a value's properties.</summary>
    private static void ShowAs<T>(params string[] mimeTypes)
    {
        Formatter.Register<T>(value => value!.ToString()!, "text/plain");
        Formatter.SetPreferredMimeTypesFor(typeof(T), mimeTypes);
    }

    /// <summary>Plotly.NET may ask for a newer FSharp.Core than the host brings, and there is only one in a process.</summary>
    private static Assembly? HostsFSharp(AssemblyName wanted) =>
        wanted is { Name: "FSharp.Core", Version: not null } ? Assembly.Load("FSharp.Core") : null;

    /// <summary>
    /// Roslyn warns in cells that TorchSharp was compiled for an older .NET than runs (CS1701, level 2), which compilers outside of
    /// notebooks are told not to do. The host has no setting for it.
    /// </summary>
    private static void KeepSilentAboutUnifiedAssemblies(Kernel csharp)
    {
        FieldInfo? field = csharp.GetType().GetField("_scriptOptions", BindingFlags.Instance | BindingFlags.NonPublic);
        if (field?.GetValue(csharp) is { } options)
        {
            field.SetValue(csharp, options.GetType().GetMethod("WithWarningLevel")!.Invoke(options, [1]));
        }
    }
}
