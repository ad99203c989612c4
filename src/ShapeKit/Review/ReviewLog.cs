using System.Globalization;
using Microsoft.Data.Sqlite;

namespace ShapeKit.Review;

/// <summary>Every decision about every draft, in one SQLite file to which entries can be added and from which none can be taken.</summary>
/// <remarks>
/// The database itself refuses to change, replace or delete an entry, whichever program asks; only somebody who rebuilds the file can.
/// Each entry is one transaction that is on the disk when <c>Add</c> returns: several programs may write at once, and one that is ended
/// in the middle leaves no half entry. Nothing is kept open between calls.
/// </remarks>
public sealed class ReviewLog
{
    // In the file's header, where the tool `file` and other programs see whose it is: "SKRL".
    private const long ApplicationId = 0x534B524C;
    private const long Version = 1;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    private const string Schema = """
        CREATE TABLE reviews (
            number INTEGER PRIMARY KEY CHECK (number > 0),
            time TEXT NOT NULL,
            reviewer TEXT NOT NULL CHECK (trim(reviewer) <> ''),
            image TEXT NOT NULL CHECK (trim(image) <> ''),
            model TEXT NOT NULL CHECK (trim(model) <> ''),
            draft TEXT NOT NULL CHECK (trim(draft) <> ''),
            confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
            decision TEXT NOT NULL CHECK (decision IN ('Accepted', 'Edited', 'Rejected')),
            final TEXT NOT NULL,
            CHECK ((decision = 'Accepted') = (final = draft)),
            CHECK (decision <> 'Edited' OR trim(final) <> '')
        ) STRICT;
        CREATE TRIGGER reviews_are_not_changed BEFORE UPDATE ON reviews
        BEGIN SELECT RAISE(ABORT, 'A review log is append-only: an entry cannot be changed.'); END;
        CREATE TRIGGER reviews_are_not_deleted BEFORE DELETE ON reviews
        BEGIN SELECT RAISE(ABORT, 'A review log is append-only: an entry cannot be deleted.'); END;
        CREATE TRIGGER reviews_come_in_order BEFORE INSERT ON reviews
        WHEN NEW.number > 0 AND NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM reviews)
        BEGIN SELECT RAISE(ABORT, 'A review log is append-only: a new entry comes after the last.'); END;
        """;

    private readonly TimeProvider _clock;

    /// <summary>Opens a log, or begins one where there is no file; its folder is made where it is missing.</summary>
    /// <param name="path">The file, such as <c>reviews.db</c>; entries are added to what it holds.</param>
    /// <param name="clock">Where the time comes from; null takes the system's clock.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidDataException">The file is not a review log, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read or written, or another program keeps it locked for half a minute.</exception>
    public ReviewLog(string path, TimeProvider? clock = null)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new ArgumentException("The review log has no file name; pass a path such as reviews.db.", nameof(path));
        }

        _clock = clock ?? TimeProvider.System;
        FilePath = Path.GetFullPath(path);
        Use(connection =>
        {
            // One of two programs that begin the same log waits for the other, and finds it begun.
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            long application = Ask(connection, "PRAGMA application_id"),
                version = Ask(connection, "PRAGMA user_version");
            if (application == 0 && version == 0 && Ask(connection, "SELECT count(*) FROM sqlite_schema") == 0)
            {
                Run(connection, $"{Schema} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};");
            }
            else if (application != ApplicationId)
            {
                throw new InvalidDataException($"{FilePath} is a database, but not a review log; name another file.");
            }
            else if (version != Version)
            {
                throw new InvalidDataException(
                    $"{FilePath} is a review log of version {version}, and this ShapeKit knows version {Version}; update ShapeKit, or "
                        + "name another file."
                );
            }

            transaction.Commit();
            return 0;
        });
    }

    /// <summary>The full path of the log's file.</summary>
    public string FilePath { get; }

    /// <summary>For how many seconds a call waits for another program to finish writing.</summary>
    internal int Patience { get; init; } = 30;

    /// <summary>Adds an entry, with the present time.</summary>
    /// <param name="review">Who decided what.</param>
    /// <returns>The entry as the log now holds it.</returns>
    /// <exception cref="ArgumentException">A text is missing, the confidence is no number in 0..1, or decision and final text contradict
    /// each other; nothing was written.</exception>
    /// <exception cref="InvalidDataException">The file is no longer a review log, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be written, or another program keeps it locked for half a minute.</exception>
    public ReviewEntry Add(ReviewedDraft review) => Add([review])[0];

    /// <summary>Adds several entries in one transaction: all of them, or none.</summary>
    /// <param name="reviews">Who decided what, in order.</param>
    /// <returns>The entries as the log now holds them.</returns>
    /// <exception cref="ArgumentException">A text is missing, a confidence is no number in 0..1, or decision and final text contradict
    /// each other; nothing was written.</exception>
    /// <exception cref="InvalidDataException">The file is no longer a review log, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be written, or another program keeps it locked for half a minute.</exception>
    public IReadOnlyList<ReviewEntry> Add(IReadOnlyList<ReviewedDraft> reviews)
    {
        ArgumentNullException.ThrowIfNull(reviews);
        foreach (ReviewedDraft review in reviews)
        {
            ArgumentNullException.ThrowIfNull(review, nameof(reviews));
            review.Validate();
        }

        return Use(connection =>
        {
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            ReviewEntry[] entries = [.. reviews.Select(review => Insert(connection, review))];
            transaction.Commit();
            return entries;
        });
    }

    /// <summary>Reads all entries.</summary>
    /// <returns>The entries, the oldest first.</returns>
    /// <exception cref="InvalidDataException">The file is no longer a review log, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<ReviewEntry> Read() =>
        Use(connection =>
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText =
                "SELECT number, time, reviewer, image, model, draft, confidence, decision, final FROM reviews ORDER BY number";
            using SqliteDataReader row = command.ExecuteReader();
            var entries = new List<ReviewEntry>();
            while (row.Read())
            {
                var review = new ReviewedDraft(
                    row.GetString(2),
                    row.GetString(3),
                    row.GetString(4),
                    row.GetString(5),
                    row.GetDouble(6),
                    Enum.Parse<Decision>(row.GetString(7)),
                    row.GetString(8)
                );
                entries.Add(
                    new ReviewEntry(
                        row.GetInt64(0),
                        DateTimeOffset.ParseExact(
                            row.GetString(1),
                            TimeFormat,
                            CultureInfo.InvariantCulture,
                            DateTimeStyles.AssumeUniversal
                        ),
                        review
                    )
                );
            }

            return entries;
        });

    /// <summary>The log as a line such as <c>reviews.db: 120 decisions, 96 accepted, 20 edited, 4 rejected</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        IReadOnlyList<ReviewEntry> entries = Read();
        return $"{Path.GetFileName(FilePath)}: {entries.Count} decisions, {Count(Decision.Accepted)} accepted, {Count(Decision.Edited)} "
            + $"edited, {Count(Decision.Rejected)} rejected";

        int Count(Decision decision) => entries.Count(entry => entry.Review.Decision == decision);
    }

    private ReviewEntry Insert(SqliteConnection connection, ReviewedDraft review)
    {
        string time = _clock.GetUtcNow().UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = """
            INSERT INTO reviews (time, reviewer, image, model, draft, confidence, decision, final)
            VALUES ($time, $reviewer, $image, $model, $draft, $confidence, $decision, $final) RETURNING number
            """;
        command.Parameters.AddWithValue("$time", time);
        command.Parameters.AddWithValue("$reviewer", review.Reviewer);
        command.Parameters.AddWithValue("$image", review.Image);
        command.Parameters.AddWithValue("$model", review.Model);
        command.Parameters.AddWithValue("$draft", review.Draft);
        command.Parameters.AddWithValue("$confidence", review.Confidence);
        command.Parameters.AddWithValue("$decision", review.Decision.ToString());
        command.Parameters.AddWithValue("$final", review.Final);
        long number = (long)command.ExecuteScalar()!;
        return new ReviewEntry(
            number,
            DateTimeOffset.ParseExact(time, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
            review
        );
    }

    /// <summary>Opens the file for one piece of work, and says in a sentence what is wrong with it.</summary>
    private T Use<T>(Func<SqliteConnection, T> work)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
            BeginForItsOwner();
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = FilePath,
                    Pooling = false,
                    DefaultTimeout = Patience,
                }.ToString()
            );
            connection.Open();
            Run(connection, $"PRAGMA busy_timeout = {1000 * Patience}; PRAGMA synchronous = FULL;");
            return work(connection);
        }
        catch (SqliteException e)
        {
            throw e.SqliteErrorCode switch
            {
                SQLitePCL.raw.SQLITE_NOTADB => new InvalidDataException($"{FilePath} is not a review log; name another file.", e),
                SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_ERROR => new InvalidDataException(
                    $"The review log {FilePath} is damaged; restore it from a copy, or name another file.",
                    e
                ),
                SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED => new IOException(
                    $"Another program keeps the review log {FilePath} locked; close it and try again.",
                    e
                ),
                SQLitePCL.raw.SQLITE_FULL => new IOException(
                    $"There is no space left for the review log {FilePath}; free some, or name a file elsewhere.",
                    e
                ),
                _ => Unwritable(e),
            };
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>A new log is its owner's alone, where SQLite would let everybody read it; one that exists keeps its mode.</summary>
    private void BeginForItsOwner()
    {
        if (OperatingSystem.IsWindows() || File.Exists(FilePath))
        {
            return;
        }

        try
        {
            new FileStream(
                FilePath,
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                }
            ).Dispose();
        }
        catch (IOException) when (File.Exists(FilePath))
        {
            // Another program was first.
        }
    }

    private IOException Unwritable(Exception e) =>
        new($"The review log {FilePath} cannot be written; name a file in a folder in which you may write.", e);

    private static long Ask(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (long)command.ExecuteScalar()!;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
