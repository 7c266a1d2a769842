import type { LocatedFinding } from '../finding.js';
import type { JsonValue } from '../json-value.js';
import { settingsOf, type Settings } from '../engine/settings.js';
import { fingerprintOf, type ScanOptions } from './fingerprint.js';
import { pointerOf, type JsonPath } from './json-path.js';
import { judgeNumber, memberContext, spansByContext, type MemberContext } from './member-context.js';
import { findingOf } from './finding-of.js';
import { redactSpans } from './redact-text.js';
import { findAllSpans } from './scan-text.js';
import type { WorkCounter } from '../work-counter.js';

/** A JSON value fit to leave, and what was taken out of it. */
export interface ScannedValue {
  readonly findings: LocatedFinding[];
  /** The value without its secrets; the input itself when nothing was found. */
  readonly redacted: JsonValue;
  /**
   * True when something was found in an object key. The key is replaced as well, but a reader that looks a member up
   * by name would silently miss it, so a person should see the value before it is served.
   */
  readonly quarantine: boolean;
}

type Container = JsonValue[] | Record<string, JsonValue>;

interface Task {
  readonly source: JsonValue;
  readonly path: JsonPath | undefined;
  readonly context: MemberContext | undefined;
  readonly target: Container;
  readonly slot: string | number;
}

/**
 * Scans every string, number and object key of a JSON value. Walks with its own stack, so depth is not a limit.
 *
 * @param basePointer put before every pointer, for a value that is a part of another
 * @throws RangeError when the fingerprint key is empty
 */
export function scanValue(value: JsonValue, options: ScanOptions, basePointer = ''): ScannedValue {
  const settings = settingsOf(options);
  const work = options.work ?? { steps: 0 };
  if (isClean(value, settings, work)) return { findings: [], redacted: value, quarantine: false };
  const walk = new Walk(options, settings, basePointer, work);
  const root: JsonValue[] = [];
  const stack: Task[] = [{ source: value, path: undefined, context: undefined, target: root, slot: 0 }];
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) walk.visit(task, stack);
  return { findings: walk.findings, redacted: root[0] ?? null, quarantine: walk.quarantine };
}

/** Whether a scan would find nothing. Most values are clean, and need neither a copy nor the places of their parts. */
function isClean(value: JsonValue, settings: Settings, work: WorkCounter): boolean {
  const sources: JsonValue[] = [value];
  const contexts: (MemberContext | undefined)[] = [undefined];
  for (let source = sources.pop(); source !== undefined; source = sources.pop()) {
    const context = contexts.pop();
    if (typeof source === 'string') {
      if (holdsFinding(source, context, settings, work)) return false;
    } else if (typeof source === 'number') {
      if (judgeNumber(source, context, settings) !== undefined) return false;
    } else if (source === null || typeof source === 'boolean') continue;
    else if (isArray(source))
      for (const item of source) {
        sources.push(item);
        contexts.push(context);
      }
    else
      for (const [name, member] of Object.entries(source)) {
        if (holdsFinding(name, undefined, settings, work)) return false;
        sources.push(member);
        contexts.push(memberContext(name, name, source, context, settings));
      }
  }
  return true;
}

function holdsFinding(
  text: string,
  context: MemberContext | undefined,
  settings: Settings,
  work: WorkCounter,
): boolean {
  const rule = context === undefined ? undefined : (part: string) => spansByContext(part, context, settings);
  return findAllSpans(text, work, settings, rule).length > 0;
}

/** Names of one object: those of the original, and how often each redacted name was given out. */
interface NameRegister {
  readonly taken: ReadonlySet<string>;
  readonly copies: Map<string, number>;
}

class Walk {
  readonly findings: LocatedFinding[] = [];
  quarantine = false;

  constructor(
    private readonly options: ScanOptions,
    private readonly settings: Settings,
    private readonly basePointer: string,
    private readonly work: WorkCounter,
  ) {}

  visit(task: Task, stack: Task[]): void {
    const { source } = task;
    if (typeof source === 'string') put(task.target, task.slot, this.scanString(source, task));
    else if (typeof source === 'number') put(task.target, task.slot, this.scanNumber(source, task));
    else if (source === null || typeof source === 'boolean') put(task.target, task.slot, source);
    else if (isArray(source)) this.openArray(source, task, stack);
    else this.openObject(source, task, stack);
  }

  private openArray(source: readonly JsonValue[], task: Task, stack: Task[]): void {
    const target: JsonValue[] = new Array<JsonValue>(source.length).fill(null);
    put(task.target, task.slot, target);
    for (let i = source.length - 1; i >= 0; i--) {
      const path = { parent: task.path, segment: i };
      stack.push({ source: source[i] ?? null, path, context: task.context, target, slot: i });
    }
  }

  private openObject(source: Readonly<Record<string, JsonValue>>, task: Task, stack: Task[]): void {
    const target: Record<string, JsonValue> = {};
    put(task.target, task.slot, target);
    const opened: Task[] = [];
    const names: NameRegister = { taken: new Set(Object.keys(source)), copies: new Map() };
    for (const [name, member] of Object.entries(source)) {
      const slot = this.scanKey(name, task.path, names);
      put(target, slot, null);
      const context = memberContext(name, slot, source, task.context, this.settings);
      opened.push({ source: member, path: { parent: task.path, segment: slot }, context, target, slot });
    }
    for (let i = opened.length - 1; i >= 0; i--) {
      const member = opened[i];
      if (member !== undefined) stack.push(member);
    }
  }

  /** The name of a member in the redacted object; a name that is already in use is numbered. */
  private scanKey(name: string, path: JsonPath | undefined, names: NameRegister): string {
    const redacted = redactSpans(
      name,
      findAllSpans(name, this.work, this.settings),
      this.options,
      this.settings,
    );
    if (redacted.findings.length === 0) return name;
    const pointer = pointerOf(path, this.basePointer);
    for (const finding of redacted.findings) this.findings.push({ ...finding, pointer });
    if (redacted.text === name) return name;
    this.quarantine = true;
    let copy = names.copies.get(redacted.text) ?? 0;
    let unique: string;
    do unique = ++copy === 1 ? redacted.text : `${redacted.text}#${copy}`;
    while (names.taken.has(unique));
    names.copies.set(redacted.text, copy);
    return unique;
  }

  private scanString(text: string, task: Task): string {
    const spans = findAllSpans(text, this.work, this.settings, (part) =>
      spansByContext(part, task.context, this.settings),
    );
    if (spans.length === 0) return text;
    const redacted = redactSpans(text, spans, this.options, this.settings);
    const pointer = pointerOf(task.path, this.basePointer);
    for (const finding of redacted.findings) this.findings.push({ ...finding, pointer });
    return redacted.text;
  }

  private scanNumber(value: number, task: Task): JsonValue {
    const rule = judgeNumber(value, task.context, this.settings);
    if (rule === undefined) return value;
    const digits = String(value);
    this.findings.push({
      ...findingOf({ rule, start: 0, end: digits.length }, this.settings),
      pointer: pointerOf(task.path, this.basePointer),
      fingerprint: fingerprintOf(digits, this.options),
    });
    return this.settings.markers.markerFor(rule);
  }
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** Defines rather than assigns: assigning a member called `__proto__` would change the object instead. */
function put(target: Container, slot: string | number, value: JsonValue): void {
  if (slot !== '__proto__') (target as Record<string | number, JsonValue>)[slot] = value;
  else Object.defineProperty(target, slot, { value, enumerable: true, configurable: true, writable: true });
}
