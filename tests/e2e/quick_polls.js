// Loaded into the CDK CLI, which asks every 5 s how far a stack is and every 2 s for its events: no option changes that.
const POLLS = new Set([5000, 2000]);
const { setTimeout } = globalThis;

function quickly(call, delay, ...rest) {
  return setTimeout(call, POLLS.has(delay) ? 200 : delay, ...rest);
}

// With what hangs on it: util.promisify asks for a property of it.
globalThis.setTimeout = Object.defineProperties(quickly, Object.getOwnPropertyDescriptors(setTimeout));
