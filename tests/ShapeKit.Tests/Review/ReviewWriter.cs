using System.Diagnostics;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using ShapeKit.Review;

namespace ShapeKit.Tests.Review;

/// <summary>This test program, started a second time to write into a log, so that it can be killed.</summary>
internal static class ReviewWriter
{
    private const string Role = "SHAPEKIT_TESTS_WRITER",
        LogPath = "SHAPEKIT_TESTS_LOG";

    /// <summary>What a started writer does.</summary>
    public enum Task
    {
        /// <summary>Adds entries and writes the number of each, until it is killed.</summary>
        Endless,

        /// <summary>Adds forty entries and ends.</summary>
        Forty,

        /// <summary>
        /// Writes large entries into the file without ending their transaction, says <c>half</c>, and waits to be killed.
        /// </summary>
        Half,
    }

    public static Process Start(Task task, string path)
    {
        string program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardInput = true };
        if (Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase))
        {
            start.ArgumentList.Add(typeof(ReviewWriter).Assembly.Location);
        }

        start.Environment[Role] = task.ToString();
        start.Environment[LogPath] = path;
        return Process.Start(start)!;
    }

    public static ReviewedDraft Entry(string reviewer, int number) =>
        new(reviewer, $"chest {number}", "a model", "no nodule .", 0.5, Decision.Edited, "right upper zone : small nodule .");

    [ModuleInitializer]
    internal static void Write()
    {
        if (!Enum.TryParse(Environment.GetEnvironmentVariable(Role), out Task task))
        {
            return;
        }

        string path = Environment.GetEnvironmentVariable(LogPath)!;
        string name = $"writer {Environment.ProcessId}";
        if (task == Task.Half)
        {
            WriteHalf(path, name);
        }

        var log = new ReviewLog(path);
        for (int i = 0; task == Task.Endless || i < 40; i++)
        {
            Console.WriteLine(log.Add(Entry(name, i)).Number);
        }

        Environment.Exit(0);
    }

    private static void WriteHalf(string path, string name)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        // With no room in memory, pages reach the file before the transaction has ended.
        command.CommandText = "PRAGMA cache_size = 1; BEGIN IMMEDIATE;";
        command.ExecuteNonQuery();
        command.CommandText =
            "INSERT INTO reviews (time, reviewer, image, model, draft, confidence, decision, final, hash) VALUES "
            + "('2026-01-01T00:00:00.000Z', $name, 'x', 'x', $draft, 0, 'Rejected', '', printf('%064d', 0))";
        command.Parameters.AddWithValue("$name", name);
        command.Parameters.AddWithValue("$draft", new string('x', 20_000));
        for (int i = 0; i < 100; i++)
        {
            command.ExecuteNonQuery();
        }

        Console.WriteLine("half");
        Console.In.ReadToEnd();
        Environment.Exit(1);
    }
}
