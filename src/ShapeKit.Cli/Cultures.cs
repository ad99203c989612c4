using System.Globalization;
using System.Runtime.InteropServices;

namespace ShapeKit.Cli;

/// <summary>
/// The program writes numbers and dates alike on every machine; its cells can use any culture where the system knows cultures.
/// </summary>
internal static class Cultures
{
    /// <summary>Called before anything else, because .NET decides once whether there are cultures.</summary>
    public static void Prepare()
    {
        // Without ICU .NET would end the process, and with this switch it knows the invariant culture alone.
        if (OperatingSystem.IsLinux() && LoadIcu() == 0)
        {
            AppContext.SetSwitch("System.Globalization.Invariant", true);
        }

        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.InvariantCulture;
    }

    /// <summary>.NET's own search for ICU, which can be repeated; 0 when there is none.</summary>
    [DllImport("libSystem.Globalization.Native", EntryPoint = "GlobalizationNative_LoadICU")]
    private static extern int LoadIcu();
}
