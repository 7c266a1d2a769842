import { Button } from '@mantine/core';
import { useState } from 'react';
import { fold, sizeOf } from '../reveal/fold.js';
import { Revealed } from '../reveal/revealed.js';

/** A text of any length: beginning and end, and all of it when asked for. */
export function FoldedText({ text }: { readonly text: string }) {
  const [isOpen, setOpen] = useState(false);
  const { head, tail, omitted } = fold(text);
  if (omitted === 0 || isOpen)
    return (
      <>
        <Revealed text={text} />
        {omitted > 0 && <Toggle onClick={() => setOpen(false)}>Fold again</Toggle>}
      </>
    );
  return (
    <>
      <Revealed text={head} />
      <span className="fold">
        … {omitted.toLocaleString('en')} characters folded, {sizeOf(text)} in all …
        <Toggle onClick={() => setOpen(true)}>Show all</Toggle>
      </span>
      <Revealed text={tail} />
    </>
  );
}

function Toggle(props: { readonly onClick: () => void; readonly children: string }) {
  return (
    <Button variant="light" size="compact-xs" ml="xs" onClick={props.onClick}>
      {props.children}
    </Button>
  );
}
