/** A digest or an id, shortened to what people compare; whole when it is pointed at or copied. */
export function Hash({ value }: { readonly value: string }) {
  return (
    <code className="hash" title={value}>
      {value.length > 24 ? `${value.slice(0, 19)}…` : value}
    </code>
  );
}
