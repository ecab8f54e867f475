import { compareText } from '../../ingest/kernel/text';
import { NAMED } from './model';

const NUMBER = new Intl.NumberFormat('en-US');

/** "1 connection", "1,204 connections". */
export function counted(count: number, noun: string): string {
  return `${NUMBER.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `2026-11-21`. @param day UTC, since the epoch */
export function dayText(day: number): string {
  return new Date(day * 86_400_000).toISOString().slice(0, 10);
}

/** The part of a finding that says whom it is about. */
export function named(names: Iterable<string>): { who: string[]; whoCount: number } {
  const all = [...new Set(names)].sort(compareText);
  return { who: all.slice(0, NAMED), whoCount: all.length };
}
