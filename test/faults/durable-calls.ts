import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ROOT } from '@countersign/standalone';
import ts from 'typescript';

/** A call that commits, publishes or acknowledges, and the points around it. */
export interface DurableCall {
  /** `<file>#<function>`. */
  readonly place: string;
  readonly call: string;
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

const SENDS = /(^|[.!])(nats|connection)\.(publish|request|send)$/;
const QUERIES = /\.(query|runMigrations)$/;

/** Every such call in the sources under a folder of the repository, tests left out. */
export function durableCalls(folder: string): DurableCall[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith('.ts') && !file.name.endsWith('.spec.ts'))
    .map((file) => relative(ROOT, join(file.parentPath, file.name)))
    .filter((path) => !path.includes('/testing/'))
    .flatMap(callsIn);
}

function callsIn(path: string): DurableCall[] {
  const text = readFileSync(join(ROOT, path), 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true);
  const found: DurableCall[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isDurable(node)) {
      const body = enclosing(node);
      const points = faultsIn(body);
      found.push({
        place: `${path}#${nameOf(body)}`,
        call: node.expression.getText(),
        hasBefore: points.some((at) => at < node.getStart()),
        hasAfter: points.some((at) => at > node.getEnd()),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isDurable(call: ts.CallExpression): boolean {
  const callee = call.expression.getText();
  if (SENDS.test(callee)) return true;
  // A statement outside a transaction commits by itself.
  if (callee === 'run') return isWithin(call, 'this.withClient');
  if (!QUERIES.test(callee)) return false;
  return callee.endsWith('runMigrations') || /\bCOMMIT\b/.test(call.arguments[0]?.getText() ?? '');
}

function isWithin(node: ts.Node, callee: string): boolean {
  for (let at = node.parent; at; at = at.parent)
    if (ts.isCallExpression(at) && at.expression.getText() === callee) return true;
  return false;
}

/** The innermost named function or method around a node. */
function enclosing(node: ts.Node): ts.Node {
  for (let at = node.parent; at; at = at.parent)
    if (ts.isMethodDeclaration(at) || ts.isFunctionDeclaration(at) || ts.isConstructorDeclaration(at))
      return at;
  return node.getSourceFile();
}

function nameOf(node: ts.Node): string {
  if (ts.isConstructorDeclaration(node)) return 'constructor';
  const named = ts.isMethodDeclaration(node) || ts.isFunctionDeclaration(node) ? node.name : undefined;
  return named?.getText() ?? 'module';
}

function faultsIn(node: ts.Node): number[] {
  const found: number[] = [];
  const visit = (child: ts.Node): void => {
    if (ts.isCallExpression(child) && child.expression.getText() === 'fault') found.push(child.getStart());
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}
