import { type ComponentType, memo, useInsertionEffect, useRef, useState } from 'react';

type Call = (...given: readonly unknown[]) => unknown;

const isCall = (value: unknown): value is Call => typeof value === 'function';

/** Equal, or plain records whose fields are. */
function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Object.getPrototypeOf(a) !== Object.prototype || Object.getPrototypeOf(b) !== Object.prototype) return false;
  const [left, right] = [Object.entries(a), new Map(Object.entries(b))];
  return left.length === right.size && left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}

/**
 * The component, drawn anew only when what it shows has changed: functions among its props (and in records among them) are called as they
 * are when they are called, whichever they were when it was drawn. A page that follows the hand draws many fields in which nothing changes,
 * and a field drawn anew makes the browser look through all forms of the page.
 */
export function steady<P extends object>(Component: ComponentType<P>): (props: P) => React.JSX.Element {
  const Kept = memo(Component, isSame) as unknown as ComponentType<P>;
  return function Steady(props: P) {
    const latest = useRef<unknown>(props);
    useInsertionEffect(() => {
      latest.current = props;
    });
    const [calls] = useState(() => new Map<string, Call>());
    const fixed = (value: unknown, path: readonly string[]): unknown => {
      if (isCall(value)) {
        const name = path.join(' ');
        const known = calls.get(name);
        if (known !== undefined) return known;
        const call: Call = (...given) => {
          const now = path.reduce<unknown>(
            (at, key) => (at as Record<string, unknown> | undefined)?.[key],
            latest.current,
          );
          return isCall(now) ? now(...given) : undefined;
        };
        calls.set(name, call);
        return call;
      }
      if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype)
        return value;
      if ('$$typeof' in value) return value;
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fixed(one, [...path, key])]));
    };
    return <Kept {...(fixed(props, []) as P)} />;
  };
}
