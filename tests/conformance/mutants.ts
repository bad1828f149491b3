/** Changes of a table that runs, each to be noticed and put back. */

/** A table that runs, open to be changed. */
export type Open<T> = { -readonly [K in keyof T]: T[K] extends object ? Open<T[K]> : T[K] };

/** Changes one value, asks whether anything is noticed, and puts it back. */
export function isCaught(change: () => () => void, notices: () => boolean): boolean {
  const undo = change();
  try {
    return notices();
  } finally {
    undo();
  }
}

export function setting<T extends object, K extends keyof T>(
  target: T,
  key: K,
  value: T[K] | undefined,
) {
  return () => {
    const had = Object.hasOwn(target, key);
    const before = target[key];
    if (value === undefined) delete target[key];
    else target[key] = value;
    return () => {
      if (had) target[key] = before;
      else delete target[key];
    };
  };
}
