import { Button } from '@mantine/core';
import { useState } from 'react';
import { sizeOf } from '../reveal/fold.js';
import { Revealed } from '../reveal/revealed.js';
import { canonicalJson } from './canonical-json.js';
import { FoldedText } from './folded-text.js';

/** Members that are shown at first, and how deep what is open is open. */
const MANY = 60;
const DEEP = 5;

interface TreeProps {
  readonly value: unknown;
  readonly depth?: number;
}

/** A JSON value as a tree that can be read: names and values, nothing left out, long ones folded. */
export function ValueTree({ value, depth = 0 }: TreeProps) {
  if (typeof value === 'string') return <TextValue text={value} />;
  if (typeof value !== 'object' || value === null)
    return <span className={`value value-${value === null ? 'null' : typeof value}`}>{String(value)}</span>;
  const isArray = Array.isArray(value);
  const members = Object.entries(value);
  if (members.length === 0)
    return <span className="value value-null">{isArray ? 'empty list' : 'nothing'}</span>;
  return <Members members={members} isArray={isArray} depth={depth} />;
}

function TextValue({ text }: { readonly text: string }) {
  if (text === '') return <span className="value value-null">empty text</span>;
  const isBlock = text.length > 90 || text.includes('\n');
  return (
    <span className={`value value-text${isBlock ? ' value-block' : ''}`}>
      <FoldedText text={text} />
    </span>
  );
}

interface MembersProps {
  readonly members: readonly (readonly [string, unknown])[];
  readonly isArray: boolean;
  readonly depth: number;
}

function Members({ members, isArray, depth }: MembersProps) {
  const [shown, setShown] = useState(MANY);
  const rest = members.length - shown;
  return (
    <ul className="tree">
      {members.slice(0, shown).map(([name, member]) => (
        <li key={name}>
          <Member name={name} isIndex={isArray} value={member} depth={depth} />
        </li>
      ))}
      {rest > 0 && (
        <li>
          <Button variant="light" size="compact-xs" onClick={() => setShown(shown + 10 * MANY)}>
            {`Show ${Math.min(rest, 10 * MANY)} of ${rest.toLocaleString('en')} more`}
          </Button>
        </li>
      )}
    </ul>
  );
}

interface MemberProps extends Required<TreeProps> {
  readonly name: string;
  readonly isIndex: boolean;
}

function Member({ name, isIndex, value, depth }: MemberProps) {
  const [isOpen, setOpen] = useState(depth < DEEP);
  const title = (
    <span className={isIndex ? 'tree-index' : 'tree-name'}>{isIndex ? name : <Revealed text={name} />}</span>
  );
  if (typeof value !== 'object' || value === null || Object.keys(value).length === 0)
    return (
      <>
        {title} <ValueTree value={value} />
      </>
    );
  return (
    <>
      <button type="button" className="tree-toggle" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        <span aria-hidden className="tree-arrow">
          {isOpen ? '▾' : '▸'}
        </span>
        {title}
        {!isOpen && <span className="tree-size">{describe(value)}</span>}
      </button>
      {isOpen && <ValueTree value={value} depth={depth + 1} />}
    </>
  );
}

function describe(value: object): string {
  const count = Object.keys(value).length;
  const noun = Array.isArray(value) ? (count === 1 ? 'item' : 'items') : count === 1 ? 'member' : 'members';
  return `${count} ${noun}, ${sizeOf(canonicalJson(value))}`;
}
