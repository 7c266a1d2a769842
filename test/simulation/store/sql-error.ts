/** An error as the driver throws it: with its SQLSTATE, or with the code of a broken connection. */
export class SqlError extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
    this.name = 'error';
  }
}
