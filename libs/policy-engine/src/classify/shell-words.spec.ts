import { describe, expect, it } from 'vitest';
import { Trace, traceShape } from './command-shapes.js';
import { COMMAND_END, shellWords } from './shell-words.js';

const END = COMMAND_END;

describe('the words of a command', () => {
  it.each([
    ['rm -rf /x', ['rm', '-rf', '/x']],
    ['RM  -RF', ['rm', '-rf']],
    ["r'm' -r", ['rm', '-r']],
    ['"rm" "-r"', ['rm', '-r']],
    [`'a"b' c`, ['ab', 'c']],
    ['a;b', ['a', END, 'b']],
    ["'a;b' c;d", ['a', 'b', 'c', END, 'd']],
    [`"it's;fine"; x`, ['its', 'fine', END, 'x']],
    ['a|b&c', ['a', END, 'b', END, 'c']],
    ['a 2>&1', ['a', '2', '1']],
    ['a <&3', ['a', '3']],
    ['a &>f', ['a', 'f']],
    ['a >|f', ['a', 'f']],
    ['a\nb', ['a', END, 'b']],
    ['a\n-b', ['a', '-b']],
    ["'a\nb'", ['a', 'b']],
    ['r\\m', ['rm']],
    ['a\\\nb', ['ab']],
    ['a\\\r\nb', ['ab']],
    ['a\\\rb', ['a', 'b']],
    ['a\\;b', ['a', 'b']],
    ['a\\\\b', ['ab']],
    ["a\\'b;c", ['ab', END, 'c']],
    ['rm$IFS-r', ['rm', '-r']],
    ['r$@m', ['rm']],
    ['r$9m', ['rm']],
    ['r$*m $!x', ['rm', 'x']],
    ['$home', ['home']],
  ])('of %j, as a shell reads it', (text, words) => {
    expect(shellWords(text, 'shell')).toEqual(words);
  });

  it.each([
    ['a\\nb', ['a', END, 'b']],
    ['a\\rb', ['a', END, 'b']],
    ['a\\tb', ['a', 'b']],
    ['a\\\\nb', ['a', END, 'b']],
    ['a\\n-b', ['a', '-b']],
    ['a\\qb', ['aqb']],
    ['a\\;b', ['a', END, 'b']],
  ])('of %j, when it was encoded once more', (text, words) => {
    expect(shellWords(text, 'encoded')).toEqual(words);
  });
});

describe('a recursive rm', () => {
  const traced = (...words: string[]) => traceShape(words, 'rm_recursive');

  it.each([['-r'], ['-fr'], ['--recursive'], ['--rec'], ['--r']])('is one with %s', (option) => {
    expect(traced('rm', option)).toBe(Trace.Found);
  });

  it.each([['--'], ['-f'], ['--force'], ['r'], ['--recursively'], ['x--r']])('is none with %s', (option) => {
    expect(traced('rm', option, '/x') & Trace.Found).toBe(0);
  });

  it('is looked for in one command only', () => {
    expect(traced('rm', END, '-r')).toBe(Trace.Argument);
    expect(traced('rm', 'x')).toBe(Trace.Open);
    expect(traced('x', 'rm')).toBe(Trace.Bare | Trace.Open);
    expect(traced('-r', 'x')).toBe(Trace.Leads | Trace.Argument);
    expect(traced()).toBe(Trace.None);
    expect(traced('rm')).toBe(Trace.Bare | Trace.Open);
    expect(traced('rm', END)).toBe(Trace.None);
  });
});
