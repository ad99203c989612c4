using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;

namespace ShapeKit.Review;

/// <summary>Every decision about every draft, in one SQLite file to which entries can be added and from which none can be taken.</summary>
/// <remarks>
/// <para>The database refuses to change, replace or delete an entry, whichever program asks, and one that cannot be read. Each entry is
/// one transaction that is on the disk when <c>Add</c> returns: several programs may write at once, and one that is ended in the middle
/// leaves no half entry. Nothing is kept open between calls. A call waits half a minute for another program that keeps the file
/// locked.</para>
/// <para>Whoever may write the file can take the refusal out of it. So each entry also carries a hash of itself and of the hash before
/// it (S. Haber, W. S. Stornetta, <em>How to time-stamp a digital document</em>, Journal of Cryptology 3, 99-111, 1991), and
/// <see cref="Verify"/> finds the first entry that does not fit. The chain alone cannot show that the last entries were cut off, or that
/// somebody has changed an entry and made all hashes after it anew, or taken all hashes out. Against that, note the last entry's hash
/// elsewhere: as long as that entry has this hash and the chain holds, nothing up to it has changed.</para>
/// <para>The hash is the SHA-256, in lowercase hexadecimal digits, of these fields, each written as its length in bytes of UTF-8, a
/// colon, the field and a comma: the hash before (empty for the first entry), number, time, reviewer, image, model, draft, confidence
/// (the 16 lowercase hexadecimal digits of the IEEE 754 double), decision, final. A log that was begun by a ShapeKit that knew no hashes
/// gets its first one with the next entry; for the entries before it the same hashes are computed, but not kept.</para>
/// </remarks>
public sealed class ReviewLog
{
    // In the file's header, where the tool `file` and other programs see whose it is: "SKRL".
    private const long ApplicationId = 0x534B524C;

    // Version 1 had no hash, and took any text for a time.
    private const long Version = 2;

    private const string Table = """
        CREATE TABLE reviews (
            number INTEGER PRIMARY KEY CHECK (number > 0),
            time TEXT NOT NULL CHECK (time IS strftime('%Y-%m-%dT%H:%M:%fZ', time, '+0 days') AND time > '0001'),
            reviewer TEXT NOT NULL CHECK (trim(reviewer, {blank}) <> ''),
            image TEXT NOT NULL CHECK (trim(image, {blank}) <> ''),
            model TEXT NOT NULL CHECK (trim(model, {blank}) <> ''),
            draft TEXT NOT NULL CHECK (trim(draft, {blank}) <> ''),
            confidence REAL NOT NULL CHECK (confidence BETWEEN 0 AND 1),
            decision TEXT NOT NULL CHECK (decision IN ('Accepted', 'Edited', 'Rejected')),
            final TEXT NOT NULL,
            hash TEXT CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*'),
            CHECK ((decision = 'Accepted') = (final = draft)),
            CHECK (decision <> 'Edited' OR trim(final, {blank}) <> '')
        ) STRICT
        """;

    private const string Refusals = """
        CREATE TRIGGER reviews_are_not_changed BEFORE UPDATE ON reviews
        BEGIN SELECT RAISE(ABORT, 'A review log is append-only: an entry cannot be changed.'); END;
        CREATE TRIGGER reviews_are_not_deleted BEFORE DELETE ON reviews
        BEGIN SELECT RAISE(ABORT, 'A review log is append-only: an entry cannot be deleted.'); END;
        CREATE TRIGGER reviews_come_in_order BEFORE INSERT ON reviews
        WHEN NEW.number > 0 AND NEW.number <> (SELECT coalesce(max(number), 0) + 1 FROM reviews)
        BEGIN SELECT RAISE(ABORT, 'A review log is append-only: a new entry comes after the last.'); END;
        """;

    private const string RefusalWithoutHash = """
        CREATE TRIGGER IF NOT EXISTS reviews_carry_a_hash BEFORE INSERT ON reviews WHEN NEW.hash IS NULL
        BEGIN SELECT RAISE(ABORT, 'A new entry of a review log carries a hash; ShapeKit.Review.ReviewLog describes it.'); END;
        """;

    /// <summary>What SQLite's check says of a value that breaks the table's own conditions.</summary>
    private static readonly Regex AboutAnEntry = new(@"^(CHECK constraint failed in|NULL value in|(non-)?\w+ value in) ");

    private readonly TimeProvider _clock;

    /// <summary>
    /// Opens a log, or begins one where there is no file or an empty one; its folder is made where it is missing. A log of an earlier
    /// ShapeKit is brought up to date: its entries stay as they are, and an earlier ShapeKit opens it no longer.
    /// </summary>
    /// <param name="path">The file, such as <c>reviews.db</c>; entries are added to what it holds.</param>
    /// <param name="clock">Where the time comes from; null takes the system's clock.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
    /// <exception cref="InvalidDataException">The file is not a review log, is damaged, or has columns of its own that bringing it up to
    /// date would lose.</exception>
    /// <exception cref="IOException">The file cannot be read or written, is a folder, or stays locked.</exception>
    public ReviewLog(string path, TimeProvider? clock = null)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new ArgumentException("The review log has no file name; pass a path such as reviews.db.", nameof(path));
        }

        _clock = clock ?? TimeProvider.System;
        FilePath = Path.GetFullPath(path);
        MakeFolder();
        RefuseStump();
        BeginForItsOwner();
        Use(SqliteOpenMode.ReadWriteCreate, connection =>
        {
            // One of two programs that begin the same log waits for the other, and finds it begun.
            using SqliteTransaction transaction = connection.BeginTransaction(deferred: false);
            long application = Ask(connection, "PRAGMA application_id"),
                version = Ask(connection, "PRAGMA user_version");
            if (application == 0 && version == 0 && Ask(connection, "SELECT count(*) FROM sqlite_schema") == 0)
            {
                Run(
                    connection,
                    $"{TableText}; {Refusals} {RefusalWithoutHash} PRAGMA application_id = {ApplicationId}; PRAGMA user_version = {Version};"
                );
            }
            else if (application != ApplicationId)
            {
                throw new InvalidDataException($"{FilePath} is a database, but not a review log; name another file.");
            }
            else if (version == 1)
            {
                BringUpToDate(connection);
            }
            else if (version != Version)
            {
                throw new InvalidDataException(
                    $"{FilePath} is a review log of version {version}, and this ShapeKit knows version {Version}; "
                        + (version > Version ? "update ShapeKit, or name another file." : "restore it from a copy, or name another file.")
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
    /// <exception cref="ArgumentException">A text is missing or holds half a character, the confidence is no number in 0..1, or decision
    /// and final text contradict each other; nothing was written.</exception>
    /// <exception cref="FileNotFoundException">The file is gone.</exception>
    /// <exception cref="InvalidDataException">The file is no longer a review log, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be written, or stays locked.</exception>
    public ReviewEntry Add(ReviewedDraft review) => Add([review])[0];

    /// <summary>Adds several entries in one transaction: all of them, or none.</summary>
    /// <param name="reviews">Who decided what, in order.</param>
    /// <returns>The entries as the log now holds them.</returns>
    /// <exception cref="ArgumentException">A text is missing or holds half a character, a confidence is no number in 0..1, or decision and
    /// final text contradict each other; nothing was written.</exception>
    /// <exception cref="FileNotFoundException">The file is gone.</exception>
    /// <exception cref="InvalidDataException">The file is no longer a review log, or is damaged.</exception>
    /// <exception cref="IOException">The file cannot be written, or stays locked.</exception>
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
            (long number, string hash) = Last(connection);
            var entries = new ReviewEntry[reviews.Count];
            for (int i = 0; i < entries.Length; i++)
            {
                entries[i] = Insert(connection, StoredReview.From(++number, _clock.GetUtcNow(), reviews[i], hash));
                hash = entries[i].Hash!;
            }

            transaction.Commit();
            return entries;
        });
    }

    /// <summary>Reads all entries but those that cannot be read, because another program wrote them or the file has got damaged.</summary>
    /// <returns>The entries, the oldest first; <see cref="Verify"/> names those that are left out.</returns>
    /// <exception cref="FileNotFoundException">The file is gone.</exception>
    /// <exception cref="InvalidDataException">The file is no longer a review log, or is damaged as a whole.</exception>
    /// <exception cref="IOException">The file cannot be read, or stays locked.</exception>
    public IReadOnlyList<ReviewEntry> Read() =>
        Use(connection => Rows(connection).Select(row => row.Read(out _)).OfType<ReviewEntry>().ToArray());

    /// <summary>Whether the chain of hashes holds, and which entries cannot be read.</summary>
    /// <returns>What was found.</returns>
    /// <exception cref="FileNotFoundException">The file is gone.</exception>
    /// <exception cref="InvalidDataException">The file is no longer a review log, or is damaged as a whole.</exception>
    /// <exception cref="IOException">The file cannot be read, or stays locked.</exception>
    public LogVerification Verify() =>
        Use(connection =>
        {
            var unreadable = new List<UnreadableEntry>();
            (int entries, long number, string hash) = (0, 0, "");
            long? begins = null,
                broken = null;
            foreach (StoredReview row in Rows(connection))
            {
                string expected = row.HashAfter(hash);
                begins ??= row.Hash is null ? null : row.Number;
                if (row.Number != number + 1 || (begins is not null && row.Hash != expected))
                {
                    broken ??= row.Number;
                }

                if (row.Read(out string reason) is null)
                {
                    unreadable.Add(new UnreadableEntry(row.Number, reason));
                }

                (entries, number, hash) = (entries + 1, row.Number, row.Hash ?? expected);
            }

            return new LogVerification(entries, begins, broken, unreadable);
        });

    /// <summary>
    /// The log as a line such as <c>reviews.db: 120 decisions, 96 accepted, 20 edited, 4 rejected</c>, and how many more cannot be read,
    /// where there are such.
    /// </summary>
    /// <returns>The line.</returns>
    public override string ToString()
    {
        ReviewEntry?[] rows = Use(connection => Rows(connection).Select(row => row.Read(out _)).ToArray());
        ReviewEntry[] entries = [.. rows.OfType<ReviewEntry>()];
        return $"{Path.GetFileName(FilePath)}: {entries.Length} decisions, {Count(Decision.Accepted)} accepted, "
            + $"{Count(Decision.Edited)} edited, {Count(Decision.Rejected)} rejected"
            + (rows.Length > entries.Length ? $", {rows.Length - entries.Length} more unreadable" : "");

        int Count(Decision decision) => entries.Count(entry => entry.Review.Decision == decision);
    }

    /// <summary>The table, which refuses as blank what <see cref="string.IsNullOrWhiteSpace"/> calls so.</summary>
    private static string TableText { get; } =
        Table.Replace(
            "{blank}",
            $"char({string.Join(',', Enumerable.Range(0, char.MaxValue).Where(code => char.IsWhiteSpace((char)code)))})",
            StringComparison.Ordinal
        );

    private static IEnumerable<StoredReview> Rows(SqliteConnection connection, string order = "number")
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"SELECT {StoredReview.Columns} FROM reviews ORDER BY {order}";
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            yield return StoredReview.From(row);
        }
    }

    /// <summary>The last entry's number and its hash, computed where it was written before the chain began.</summary>
    private static (long Number, string Hash) Last(SqliteConnection connection)
    {
        StoredReview? last = Rows(connection, "number DESC").FirstOrDefault();
        return last?.Hash is { } hash
            ? (last.Number, hash)
            : Rows(connection).Aggregate((0L, ""), (before, row) => (row.Number, row.Hash ?? row.HashAfter(before.Item2)));
    }

    private static ReviewEntry Insert(SqliteConnection connection, StoredReview entry)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"""
            INSERT INTO reviews ({StoredReview.Columns})
            VALUES ($number, $time, $reviewer, $image, $model, $draft, $confidence, $decision, $final, $hash)
            """;
        command.Parameters.AddWithValue("$number", entry.Number);
        command.Parameters.AddWithValue("$time", entry.Time);
        command.Parameters.AddWithValue("$reviewer", entry.Reviewer);
        command.Parameters.AddWithValue("$image", entry.Image);
        command.Parameters.AddWithValue("$model", entry.Model);
        command.Parameters.AddWithValue("$draft", entry.Draft);
        command.Parameters.AddWithValue("$confidence", entry.Confidence);
        command.Parameters.AddWithValue("$decision", entry.Decision);
        command.Parameters.AddWithValue("$final", entry.Final);
        command.Parameters.AddWithValue("$hash", entry.Hash);
        command.ExecuteNonQuery();
        return entry.Read(out _)!;
    }

    /// <summary>
    /// Gives a table of version 1 the column and the conditions it lacks, as <c>ALTER TABLE</c> would if it let be entries that cannot be
    /// read: the way that SQLite describes for changes that leave the rows as they are (sqlite.org/lang_altertable.html, section 7).
    /// </summary>
    private void BringUpToDate(SqliteConnection connection)
    {
        string own = Ask<string>(
            connection,
            "SELECT coalesce(group_concat(name, ', '), '') FROM pragma_table_xinfo('reviews') WHERE cid > 8 AND (cid, name) <> (9, 'hash')"
        );
        if (own.Length > 0)
        {
            throw new InvalidDataException(
                $"{FilePath} is a review log of version 1 with columns of its own ({own}), which would be lost when it is brought up to "
                    + "date; copy them elsewhere, take them out with ALTER TABLE reviews DROP COLUMN, and open it again."
            );
        }

        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = $"""
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = $table WHERE type = 'table' AND name = 'reviews';
            PRAGMA schema_version = {Ask(connection, "PRAGMA schema_version") + 1};
            PRAGMA writable_schema = RESET;
            {RefusalWithoutHash}
            PRAGMA user_version = {Version};
            """;
        command.Parameters.AddWithValue("$table", TableText);
        command.ExecuteNonQuery();
    }

    private T Use<T>(Func<SqliteConnection, T> work) => Use(SqliteOpenMode.ReadWrite, work);

    /// <summary>Opens the file for one piece of work, and says in a sentence what is wrong with it.</summary>
    private T Use<T>(SqliteOpenMode mode, Func<SqliteConnection, T> work)
    {
        try
        {
            using var connection = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = FilePath,
                    Mode = mode,
                    Pooling = false,
                    DefaultTimeout = 1, // SQLite itself waits; a command that has waited is not to begin anew.
                }.ToString()
            );
            connection.Open();
            Run(connection, $"PRAGMA busy_timeout = {1000 * Patience}");
            Run(connection, "PRAGMA synchronous = FULL"); // Of two in one command, the second would fail unheard.
            RequireWhole(connection);
            return work(connection);
        }
        catch (SqliteException e)
        {
            throw InASentence(e);
        }
    }

    private Exception InASentence(SqliteException e)
    {
        // "SQLite Error 11: 'database disk image is malformed'."
        string reason = e.Message[(e.Message.IndexOf('\'', StringComparison.Ordinal) + 1)..].TrimEnd('.', '\'');
        return e.SqliteErrorCode switch
        {
            SQLitePCL.raw.SQLITE_NOTADB => new InvalidDataException(
                $"{FilePath} is not a review log ({reason}); restore it from a copy, or name another file.",
                e
            ),
            SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_ERROR => new InvalidDataException(
                $"The review log {FilePath} is damaged ({reason}); restore it from a copy, or name another file.",
                e
            ),
            SQLitePCL.raw.SQLITE_CONSTRAINT => new ArgumentException(
                $"The review log {FilePath} refuses the entry ({reason}); nothing was written.",
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
            SQLitePCL.raw.SQLITE_CANTOPEN when !Path.Exists(FilePath) => new FileNotFoundException(
                $"The review log {FilePath} is gone; put it back, or begin another with new ReviewLog.",
                FilePath,
                e
            ),
            SQLitePCL.raw.SQLITE_CANTOPEN => new IOException(
                $"The review log {FilePath} cannot be opened; name a file that you may read and write.",
                e
            ),
            SQLitePCL.raw.SQLITE_READONLY or SQLitePCL.raw.SQLITE_PERM => Unwritable(e),
            _ => new IOException($"The review log {FilePath} cannot be read or written ({reason}); name a file elsewhere.", e),
        };
    }

    private void MakeFolder()
    {
        if (Directory.Exists(FilePath) || Path.EndsInDirectorySeparator(FilePath))
        {
            throw new IOException($"{FilePath} is a folder; name a file in it, such as {Path.Combine(FilePath, "reviews.db")}.");
        }

        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new IOException($"The folder of the review log {FilePath} cannot be made; name a file in another folder.", e);
        }
    }

    /// <summary>What is shorter than a database's header (sqlite.org/fileformat.html, section 1.3) SQLite takes for an empty
    /// file.</summary>
    private void RefuseStump()
    {
        const int header = 100;
        if (Length() is > 0 and < header and var length)
        {
            throw new InvalidDataException(
                $"{FilePath} is not a review log (it has {length} bytes); restore it from a copy, or name another file."
            );
        }
    }

    /// <summary>How long the file is, or the one that a link leads to; null where there is none.</summary>
    private long? Length()
    {
        try
        {
            FileSystemInfo file = new FileInfo(FilePath);
            return (file.LinkTarget is null ? file : file.ResolveLinkTarget(returnFinalTarget: true)) is FileInfo { Exists: true } found
                ? found.Length
                : null;
        }
        catch (IOException)
        {
            return null; // A link that leads to itself; SQLite says so.
        }
    }

    /// <summary>
    /// Refuses to go on with a file whose structure has got damaged: SQLite itself takes pages that are gone or zero for entries that were
    /// never there. An entry that should not be there is no such damage.
    /// </summary>
    private void RequireWhole(SqliteConnection connection)
    {
        using SqliteTransaction held = connection.BeginTransaction(deferred: true);
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA quick_check";
        using SqliteDataReader found = command.ExecuteReader();
        string? damage = found
            .Cast<System.Data.IDataRecord>()
            .Select(line => line.GetString(0).ReplaceLineEndings(" "))
            .FirstOrDefault(line => line != "ok" && !AboutAnEntry.IsMatch(line));
        if (damage is null && Length() % Ask(connection, "PRAGMA page_size") != 0)
        {
            damage = "it is cut off";
        }

        if (damage is not null)
        {
            throw new InvalidDataException(
                $"The review log {FilePath} is damaged ({damage}); restore it from a copy, or name another file."
            );
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
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Unwritable(e);
        }
    }

    private IOException Unwritable(Exception e) =>
        new($"The review log {FilePath} cannot be written; name a file in a folder in which you may write.", e);

    private static long Ask(SqliteConnection connection, string sql) => Ask<long>(connection, sql);

    private static T Ask<T>(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        return (T)command.ExecuteScalar()!;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
