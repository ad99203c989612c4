namespace ShapeKit.Kernel.Documents;

/// <summary>A notebook file is broken; the message says where and what.</summary>
public sealed class NotebookFormatException : Exception
{
    public NotebookFormatException(
        string problem,
        int line,
        int column,
        int? cell = null,
        string? path = null,
        Exception? innerException = null
    )
        : base(
            $"{(path is null ? "" : path + ": ")}line {line}, column {column}{(cell is null ? "" : $", cell {cell}")}: {problem}",
            innerException
        )
    {
        Problem = problem;
        Line = line;
        Column = column;
        Cell = cell;
    }

    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; }

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }

    /// <summary>The column in characters, counted from 1.</summary>
    public int Column { get; }

    /// <summary>The cell, counted from 1; null when the problem lies outside the cells.</summary>
    public int? Cell { get; }

    internal NotebookFormatException In(string path) => new(Problem, Line, Column, Cell, path, this);
}
