// `assert` with Node's semantics: loose (`deepEqual`) and strict (`deepStrictEqual`) comparison,
// `throws`, and an AssertionError that says what differed.
(function ($) {
  "use strict";
  const { inspect } = $;
  const { is, hasOwn, getPrototypeOf } = Object;
  const tagOf = (value) => Object.prototype.toString.call(value);
  const isObject = (value) => typeof value === "object" && value !== null;
  const enumerable = (object, key) => Object.prototype.propertyIsEnumerable.call(object, key);

  const keysOf = (value, strict, list) => {
    let keys = Object.keys(value);
    if (list) keys = keys.filter((key) => !/^(?:0|[1-9]\d*)$/.test(key));
    if (strict) {
      for (const symbol of Object.getOwnPropertySymbols(value)) {
        if (enumerable(value, symbol)) keys.push(symbol);
      }
    }
    return keys;
  };

  // The kinds whose content is not in their properties; undefined where properties are all.
  const sameKind = (a, b, strict) => {
    if (a instanceof Date) return b instanceof Date && is(a.getTime(), b.getTime());
    if (a instanceof RegExp) {
      return b instanceof RegExp && `${a}` === `${b}` && a.lastIndex === b.lastIndex;
    }
    if (a instanceof Error) {
      return b instanceof Error && a.message === b.message && a.name === b.name;
    }
    if (ArrayBuffer.isView(a)) {
      if (!ArrayBuffer.isView(b) || a.length !== b.length) return false;
      for (let i = 0; i < a.length; i++) {
        if (strict ? !is(a[i], b[i]) : a[i] !== b[i]) return false;
      }
      return true;
    }
    for (const Kind of [Number, String, Boolean, BigInt, Symbol]) {
      if (a instanceof Kind) {
        const { valueOf } = Kind.prototype;
        return b instanceof Kind && is(valueOf.call(a), valueOf.call(b));
      }
    }
    return undefined;
  };

  const sameSets = (a, b, strict, seen) => {
    if (a.size !== b.size) return false;
    const rest = [];
    for (const item of b) if (!a.has(item)) rest.push(item);
    for (const item of a) {
      if (b.has(item)) continue;
      if (strict && !isObject(item)) return false;
      const found = rest.findIndex((other) => same(item, other, strict, seen));
      if (found < 0) return false;
      rest.splice(found, 1);
    }
    return true;
  };

  const sameMaps = (a, b, strict, seen) => {
    if (a.size !== b.size) return false;
    const rest = [];
    for (const key of b.keys()) if (!a.has(key)) rest.push(key);
    for (const [key, item] of a) {
      if (b.has(key)) {
        if (!same(item, b.get(key), strict, seen)) return false;
        continue;
      }
      if (strict && !isObject(key)) return false;
      const matches = (other) =>
        same(key, other, strict, seen) && same(item, b.get(other), strict, seen);
      const found = rest.findIndex(matches);
      if (found < 0) return false;
      rest.splice(found, 1);
    }
    return true;
  };

  const same = (a, b, strict, seen) => {
    if (a === b) return a !== 0 || !strict || is(a, b);
    if (strict) {
      if (!isObject(a) || !isObject(b)) return typeof a === "number" && is(a, b);
      if (getPrototypeOf(a) !== getPrototypeOf(b)) return false;
    } else if (!isObject(a) || !isObject(b)) {
      return !isObject(a) && !isObject(b) && (a == b || (a !== a && b !== b));
    }
    if (tagOf(a) !== tagOf(b)) return false;
    const list = Array.isArray(a);
    if (list !== Array.isArray(b) || (list && a.length !== b.length)) return false;
    if (!list && sameKind(a, b, strict) === false) return false;
    const keys = keysOf(a, strict, list || ArrayBuffer.isView(a));
    if (keys.length !== keysOf(b, strict, list || ArrayBuffer.isView(b)).length) return false;
    if (!keys.every((key) => hasOwn(b, key) && enumerable(b, key))) return false;

    // What contains itself is equal to what contains itself in the same place.
    const before = seen.get(a);
    if (before !== undefined) return before === b;
    seen.set(a, b);
    const equal = sameContent(a, b, keys, strict, seen);
    seen.delete(a);
    return equal;
  };

  const sameContent = (a, b, keys, strict, seen) => {
    if (a instanceof Set && !(b instanceof Set && sameSets(a, b, strict, seen))) return false;
    if (a instanceof Map && !(b instanceof Map && sameMaps(a, b, strict, seen))) return false;
    if (Array.isArray(a)) {
      for (let i = 0; i < a.length; i++) {
        if (hasOwn(a, i) !== hasOwn(b, i) || !same(a[i], b[i], strict, seen)) return false;
      }
    }
    return keys.every((key) => same(a[key], b[key], strict, seen));
  };

  const deepEqual = (a, b, strict) => same(a, b, strict, new Map());

  class AssertionError extends Error {
    constructor({ message, actual, expected, operator, generated }) {
      super(message);
      this.name = "AssertionError";
      this.code = "ERR_ASSERTION";
      this.generatedMessage = generated ?? false;
      this.actual = actual;
      this.expected = expected;
      this.operator = operator;
    }
  }

  const fail = (message, generated, operator, actual, expected) => {
    if (message instanceof Error) throw message;
    const given = message !== undefined;
    const text = given ? `${message}` : generated;
    throw new AssertionError({ message: text, actual, expected, operator, generated: !given });
  };

  const OPERATORS = {
    equal: [(a, b) => a == b || (a !== a && b !== b), "=="],
    notEqual: [(a, b) => !(a == b || (a !== a && b !== b)), "!="],
    strictEqual: [is, "Expected values to be strictly equal:\n\n", " !== "],
    notStrictEqual: [
      (a, b) => !is(a, b),
      'Expected "actual" to be strictly unequal to: ',
    ],
    deepEqual: [
      (a, b) => deepEqual(a, b, false),
      "Expected values to be loosely deep-equal:\n\n",
      "\n\nshould loosely deep-equal\n\n",
    ],
    notDeepEqual: [
      (a, b) => !deepEqual(a, b, false),
      "Expected values not to be loosely deep-equal:\n\n",
      "\n\nshould not loosely deep-equal\n\n",
    ],
    deepStrictEqual: [
      (a, b) => deepEqual(a, b, true),
      "Expected values to be strictly deep-equal:\n\n",
      "\n\nshould equal\n\n",
    ],
    notDeepStrictEqual: [
      (a, b) => !deepEqual(a, b, true),
      "Expected values not to be strictly deep-equal:\n\n",
      "\n\nshould not equal\n\n",
    ],
  };

  const comparisons = {};
  for (const [name, [holds, head, between]] of Object.entries(OPERATORS)) {
    const method = {
      [name](actual, expected, message) {
        if (arguments.length < 2) {
          throw new TypeError('The "actual" and "expected" arguments must be specified');
        }
        if (holds(actual, expected)) return;
        const [a, b] = [inspect(actual), inspect(expected)];
        let generated = `${a} ${head} ${b}`;
        if (between !== undefined) generated = `${head}${a}${between}${b}\n`;
        else if (head.length > 2) generated = `${head}${b}`;
        fail(message, generated, name, actual, expected);
      },
    };
    comparisons[name] = method[name];
  }

  // Whether an error is what `throws` and `rejects` expect.
  const check = (error, expected, message, operator) => {
    if (typeof expected === "function") {
      if (expected.prototype !== undefined && error instanceof expected) return;
      if (expected === Error || Error.isPrototypeOf(expected)) throw error;
      const verdict = expected.call({}, error);
      if (verdict === true) return;
      const generated = `The validation function is expected to return "true". Received ${inspect(verdict)}`;
      fail(message, generated, operator, error, expected);
    }
    if (expected instanceof RegExp) {
      if (expected.exec(String(error)) !== null) return;
      const generated = `The input did not match the regular expression ${inspect(expected)}. Input:\n\n${inspect(String(error))}\n`;
      fail(message, generated, operator, error, expected);
    }
    if (!isObject(error)) fail(message, `${inspect(error)} was thrown`, operator, error, expected);
    const keys = Object.keys(expected);
    if (expected instanceof Error) keys.push("name", "message");
    for (const key of keys) {
      const [actual, wanted] = [error[key], expected[key]];
      const pattern = wanted instanceof RegExp && typeof actual === "string";
      if (pattern ? wanted.exec(actual) !== null : deepEqual(actual, wanted, true)) continue;
      const generated = `Expected values to be strictly deep-equal:\n\n${inspect(actual)}\n\nshould equal\n\n${inspect(wanted)}\n`;
      fail(message, generated, operator, error, expected);
    }
  };

  const judge = (outcome, expected, message, operator) => {
    if (typeof expected === "string") [expected, message] = [undefined, expected];
    if (!outcome.threw) {
      const named = typeof expected === "function" && expected.name ? ` (${expected.name})` : "";
      const what = operator === "rejects" ? "rejection" : "exception";
      const tail = message === undefined ? "." : `: ${message}`;
      const generated = `Missing expected ${what}${named}${tail}`;
      fail(message instanceof Error ? message : undefined, generated, operator, undefined, expected);
    }
    if (expected !== undefined) check(outcome.error, expected, message, operator);
  };

  const refuse = (outcome, expected, message, operator) => {
    if (!outcome.threw) return;
    if (typeof expected === "string") message = expected;
    const what = operator === "doesNotReject" ? "rejection" : "exception";
    const tail = message === undefined ? "." : `: ${message}`;
    const said = `Actual message: "${outcome.error?.message}"`;
    const generated = `Got unwanted ${what}${tail}\n${said}`;
    fail(undefined, generated, operator, outcome.error, expected);
  };

  const attempt = (run) => {
    if (typeof run !== "function") throw new TypeError('The "fn" argument must be of type function');
    try {
      run();
    } catch (error) {
      return { threw: true, error };
    }
    return { threw: false };
  };
  const settle = async (run) => {
    try {
      await (typeof run === "function" ? run() : run);
    } catch (error) {
      return { threw: true, error };
    }
    return { threw: false };
  };

  const ok = function (value, message) {
    if (value) return;
    const generated =
      arguments.length === 0
        ? "No value argument passed to `assert.ok()`"
        : `The expression evaluated to a falsy value:\n\n${inspect(value)}\n`;
    fail(message, generated, "==", value, true);
  };

  const matching = (wanted) =>
    function (text, pattern, message) {
      const matched = typeof text === "string" && pattern.exec(text) !== null;
      if (matched === wanted) return;
      const not = wanted ? "did not match" : "was expected to not match";
      const generated = `The input ${not} the regular expression ${inspect(pattern)}. Input:\n\n${inspect(text)}\n`;
      fail(message, generated, wanted ? "match" : "doesNotMatch", text, pattern);
    };

  const others = {
    ok,
    fail: (message) => fail(message, "Failed", "fail"),
    throws: (run, expected, message) => judge(attempt(run), expected, message, "throws"),
    doesNotThrow: (run, expected, message) =>
      refuse(attempt(run), expected, message, "doesNotThrow"),
    rejects: async (run, expected, message) =>
      judge(await settle(run), expected, message, "rejects"),
    doesNotReject: async (run, expected, message) =>
      refuse(await settle(run), expected, message, "doesNotReject"),
    match: matching(true),
    doesNotMatch: matching(false),
    ifError: (value) => {
      if (value !== null && value !== undefined) throw value;
    },
    AssertionError,
  };

  const assert = (...args) => ok(...args);
  const strict = (...args) => ok(...args);
  Object.assign(assert, comparisons, others, { strict });
  Object.assign(strict, assert, {
    equal: comparisons.strictEqual,
    notEqual: comparisons.notStrictEqual,
    deepEqual: comparisons.deepStrictEqual,
    notDeepEqual: comparisons.notDeepStrictEqual,
    strict,
  });

  $.modules.assert = assert;
  $.modules["assert/strict"] = strict;
  $.deepEqual = deepEqual;
});
