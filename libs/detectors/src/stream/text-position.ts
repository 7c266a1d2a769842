/** A place in a text as people count: lines from 1, and in them UTF-16 units from 1. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

const byteOrderMark = 0xfeff;

/** Counts the lines of a text that comes in parts. A line ends with LF; CRLF is one end. */
export class PositionCounter {
  private line = 1;
  private column = 1;
  private isAtStart = true;

  /** Goes on over a part of the text. A byte order mark at the very beginning takes no column. */
  advance(text: string, from: number, to: number): TextPosition {
    const part = text.slice(from, to);
    let lineStart = 0;
    if (this.isAtStart && part !== '') {
      this.isAtStart = false;
      if (part.charCodeAt(0) === byteOrderMark) lineStart = 1;
    }
    for (let at = part.indexOf('\n'); at !== -1; at = part.indexOf('\n', lineStart)) {
      this.line++;
      this.column = 1;
      lineStart = at + 1;
    }
    this.column += part.length - lineStart;
    return { line: this.line, column: this.column };
  }
}
