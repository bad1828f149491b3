#!/usr/bin/env -S node --conditions=parley-source --disable-warning=ExperimentalWarning
/**
 * Starts `parley-check`, or says in one sentence that this Node is too old to.
 *
 * In JavaScript that every Node reads: an old one could not load the program to let it say so.
 *
 * @module
 */
const majorMin = 26;

if (Number(process.versions.node.split(".", 1)[0]) < majorMin) {
  process.stderr.write(
    `parley-check needs Node ${majorMin} or later; this is ${process.versions.node}. ` +
      "Start it by npx parley-check, which brings the right one.\n",
  );
  process.exitCode = 3;
} else {
  await import("../src/main.ts");
}
