// The guest: what every JavaScript program finds, in both roles of the judge.
//
// It runs once, when the guest is built; then the interpreter's memory is the snapshot that every
// candidate starts from. Nothing here is trusted by the host when it runs beside a candidate: the
// candidate can patch every object that it can reach. The host reads answers out of the
// interpreter's memory itself, and what a candidate can forge is only an answer of plain values,
// which is what it may give anyway. So functions that the host calls use built-ins as they were
// before any program ran, for the sake of honest programs that patch prototypes.
//
// The file is one function of `host`, the only door out. It returns what the host calls, in the
// order of `Known` in `machine.rs`. The other files beside it are functions of `$`, which carries
// what the parts share.
(function (host, parts) {
  "use strict";
  const { apply, getPrototypeOf, ownKeys, defineProperty } = Reflect;
  const uncurry = (method) => (self, ...args) => apply(method, self, args);
  const exec = uncurry(RegExp.prototype.exec);
  const forEachMap = uncurry(Map.prototype.forEach);
  const forEachSet = uncurry(Set.prototype.forEach);
  const mapSet = uncurry(Map.prototype.set);
  const setAdd = uncurry(Set.prototype.add);
  const slice = uncurry(String.prototype.slice);
  const { isArray } = Array;
  const text = String;
  const number = Number;
  const NativeMap = Map;
  const NativeSet = Set;
  const NativeBigInt = BigInt;
  const NativeError = Error;
  const objectPrototype = Object.prototype;

  // Appends without asking the prototype, where a program may have left a setter.
  const append = (list, item) =>
    defineProperty(list, list.length, {
      value: item,
      writable: true,
      enumerable: true,
      configurable: true,
      __proto__: null,
    });

  const hidden = (object, name, value) =>
    defineProperty(object, name, {
      value,
      writable: true,
      enumerable: false,
      configurable: true,
      __proto__: null,
    });

  const $ = { host, hidden, append };

  // ---- Errors, for the host ----

  const MESSAGE_LIMIT = 500;
  const builtinErrors = new NativeMap();
  for (const kind of [
    Error,
    TypeError,
    RangeError,
    SyntaxError,
    ReferenceError,
    EvalError,
    URIError,
    AggregateError,
  ]) {
    builtinErrors.set(kind.prototype, kind);
  }
  const builtinOf = uncurry(NativeMap.prototype.get);

  const written = (value) => {
    try {
      return slice(typeof value === "symbol" ? "a symbol" : text(value), 0, MESSAGE_LIMIT);
    } catch {
      return "<no message: it threw while it was printed>";
    }
  };

  const property = (object, name) => {
    try {
      return object[name];
    } catch {
      return undefined;
    }
  };

  const LINE = /candidate\.js:(\d+)/;

  // The innermost line of the candidate that an exception names, 0 when it names none.
  const lineOf = (error) => {
    const stack = property(error, "stack");
    const found = typeof stack === "string" ? exec(LINE, stack) : null;
    return found === null ? 0 : number(found[1]);
  };

  // What was thrown: its type's name, the nearest built-in type's name, its message, its line. What
  // is not an object crosses as itself.
  const describe = (thrown) => {
    if ((typeof thrown !== "object" && typeof thrown !== "function") || thrown === null) {
      return [thrown === null ? "null" : typeof thrown, "", written(thrown), 0];
    }
    let builtin = "";
    let prototype = thrown;
    try {
      for (let depth = 0; prototype !== null && depth < 100; depth++) {
        const kind = builtinOf(builtinErrors, prototype);
        if (kind !== undefined) {
          builtin = kind.name;
          break;
        }
        prototype = getPrototypeOf(prototype);
      }
    } catch {
      // A proxy that refuses to tell has no built-in type.
    }
    let name = property(thrown, "name");
    if (typeof name !== "string" || name === "" || name === builtin) {
      // A class that did not name its instances still has a name of its own.
      const constructor = property(thrown, "constructor");
      const own = typeof constructor === "function" ? property(constructor, "name") : name;
      name = typeof own === "string" && own !== "" ? own : builtin || "Object";
    }
    const message = property(thrown, "message");
    return [
      slice(name, 0, 100),
      builtin,
      message === undefined ? (builtin === "" ? written(thrown) : "") : written(message),
      lineOf(thrown),
    ];
  };

  // ---- Values, for the host ----

  const mapItems = (map) => {
    const items = [];
    forEachMap(map, (value, key) => {
      append(items, key);
      append(items, value);
    });
    return items;
  };
  const setItems = (set) => {
    const items = [];
    forEachSet(set, (item) => append(items, item));
    return items;
  };
  const makeMap = (items) => {
    const map = new NativeMap();
    for (let i = 0; i < items.length; i += 2) mapSet(map, items[i], items[i + 1]);
    return map;
  };
  const makeSet = (items) => {
    const set = new NativeSet();
    for (let i = 0; i < items.length; i++) setAdd(set, items[i]);
    return set;
  };

  // ---- The judge's side ----

  let raised;

  // Makes a container equal to what the candidate made of its copy; false if that takes another
  // object. Containers inside keep their identity where the shape still allows it.
  const restore = (old, now) => {
    if (typeof old !== "object" || typeof now !== "object" || old === null || now === null) {
      return false;
    }
    if (isArray(old)) {
      if (!isArray(now)) return false;
      for (let i = 0; i < now.length; i++) {
        if (i >= old.length || !restore(old[i], now[i])) old[i] = now[i];
      }
      old.length = now.length;
      return true;
    }
    if (old instanceof NativeMap || old instanceof NativeSet) {
      if (getPrototypeOf(old) !== getPrototypeOf(now)) return false;
      const kept = new NativeMap();
      if (old instanceof NativeMap) for (const [key, item] of old) kept.set(key, item);
      old.clear();
      if (old instanceof NativeSet) for (const item of now) old.add(item);
      else {
        for (const [key, item] of now) {
          const before = kept.get(key);
          old.set(key, restore(before, item) ? before : item);
        }
      }
      return true;
    }
    if (isArray(now) || now instanceof NativeMap || now instanceof NativeSet) return false;
    for (const key of ownKeys(old)) if (!Object.hasOwn(now, key)) delete old[key];
    for (const key of ownKeys(now)) {
      if (!Object.hasOwn(old, key) || !restore(old[key], now[key])) old[key] = now[key];
    }
    return true;
  };

  // The exception of the candidate as one of the judge's, of the nearest built-in type.
  const exception = (kind, builtin, message, thrown) => {
    if (builtin === "") return kind === "Object" ? new NativeError(message) : thrown;
    const Kind = globalThis[builtin] ?? NativeError;
    const error = Kind === AggregateError ? new Kind([], message) : new Kind(message);
    if (kind !== builtin) hidden(error, "name", kind);
    return error;
  };

  const proxy = (name) => {
    const stand = {
      [name](...args) {
        const reply = host("cross", name, args);
        if (reply[0]) {
          if (reply[2] !== undefined) restore(args, reply[2]);
          return reply[1];
        }
        const error = exception(reply[1], reply[2], reply[3], reply[4]);
        raised = { error };
        throw error;
      },
    }[name];
    globalThis[name] = stand;
    return stand;
  };

  // A failed `console.assert` fails the test, though it does not end it.
  $.asserted = (message) => host("asserted", message);
  const isCandidates = (error) => raised !== undefined && Object.is(raised.error, error);

  // ---- Timers: time is virtual, and a wait costs nothing ----

  const pending = [];
  let serial = 0;
  $.later = (callback, delay, args, period) => {
    let wait = number(delay);
    if (!(wait >= 1 && wait <= 2147483647)) wait = 1;
    const timer = {
      id: ++serial,
      due: host("now") + wait,
      callback,
      args,
      period: period ? wait : 0,
      __proto__: Timeout,
    };
    insert(timer);
    return timer;
  };
  const Timeout = {
    ref() {
      return this;
    },
    unref() {
      return this;
    },
    hasRef: () => true,
    refresh() {
      return this;
    },
    [Symbol.toPrimitive]() {
      return this.id;
    },
  };
  const insert = (timer) => {
    let place = pending.length;
    append(pending, timer);
    for (; place > 0 && pending[place - 1].due > timer.due; place--) {
      pending[place] = pending[place - 1];
    }
    pending[place] = timer;
  };
  const drop = (place) => {
    for (let i = place; i + 1 < pending.length; i++) pending[i] = pending[i + 1];
    pending.length--;
  };
  $.cancel = (timer) => {
    for (let i = 0; i < pending.length; i++) {
      if (pending[i] === timer || pending[i].id === timer) return drop(i);
    }
  };

  // Does the next thing that a program waits for; false when it waits for nothing.
  const turns = [];
  $.turns = turns;
  const tick = () => {
    for (let i = 0; i < turns.length; i++) if (turns[i]()) return true;
    if (pending.length === 0) return false;
    const timer = pending[0];
    drop(0);
    const wait = timer.due - host("now");
    if (wait > 0) host("sleep", wait);
    if (timer.period > 0) {
      timer.due += timer.period;
      insert(timer);
    }
    apply(timer.callback, timer, timer.args);
    return true;
  };

  const globals = {
    setTimeout: (callback, delay, ...args) => $.later(callback, delay, args, false),
    setInterval: (callback, delay, ...args) => $.later(callback, delay, args, true),
    setImmediate: (callback, ...args) => $.later(callback, 0, args, false),
    clearTimeout: $.cancel,
    clearInterval: $.cancel,
    clearImmediate: $.cancel,
    queueMicrotask: (callback) => void Promise.resolve().then(() => callback()),
    structuredClone: (value) => $.clone(value),
    global: globalThis,
    module: { exports: {} },
  };
  $.modules = {};
  globals.exports = globals.module.exports;
  globals.require = (name) => {
    const known = $.modules[exec(/^(?:node:)?(.*)$/s, `${name}`)[1]];
    if (known !== undefined) return known;
    const error = new NativeError(`Cannot find module '${name}'`);
    error.code = "MODULE_NOT_FOUND";
    throw error;
  };
  $.globals = globals;
  for (const part of parts) part($);
  for (const name of ownKeys(globals)) hidden(globalThis, name, globals[name]);

  // The source of a built-in module for `import`.
  const moduleSource = (name) => {
    const module = globals.require(name);
    const names = ownKeys(module).filter(
      (key) => typeof key === "string" && /^[A-Za-z_]\w*$/.test(key) && key !== "default",
    );
    // A name may be a reserved word; it is exported under it and bound under another.
    const bound = names.map((key, index) => `${key}: _${index}`).join(", ");
    const exported = names.map((key, index) => `_${index} as ${key}`).join(", ");
    return `const _ = require(${JSON.stringify(name)});\nconst { ${bound} } = _;\nexport { _ as default, ${exported} };\n`;
  };

  return [
    describe,
    mapItems,
    setItems,
    makeMap,
    makeSet,
    NativeBigInt,
    proxy,
    isCandidates,
    tick,
    moduleSource,
    $.exiting,
    objectPrototype,
    Array.prototype,
    Map.prototype,
    Set.prototype,
  ];
});
