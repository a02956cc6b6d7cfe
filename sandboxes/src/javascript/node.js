// What programs take for granted when `node` runs them: console, process, standard input, and the
// few modules that reach nothing outside.
(function ($) {
  "use strict";
  const { host, inspect, format, globals, modules } = $;

  // ---- Text and bytes ----

  class TextEncoder {
    encoding = "utf-8";
    encode(text = "") {
      const bytes = [];
      for (const char of String(text).toWellFormed()) {
        const code = char.codePointAt(0);
        if (code < 0x80) bytes.push(code);
        else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
        else if (code < 0x10000) {
          bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
        } else {
          bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63));
          bytes.push(0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
        }
      }
      return Uint8Array.from(bytes);
    }
  }

  class TextDecoder {
    encoding = "utf-8";
    decode(source = new Uint8Array()) {
      const bytes = ArrayBuffer.isView(source)
        ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
        : new Uint8Array(source);
      return host("decode", bytes);
    }
  }

  const latin = (bytes) => {
    let text = "";
    for (const byte of bytes) text += String.fromCharCode(byte);
    return text;
  };

  // As much of Node's Buffer as text needs.
  class Buffer extends Uint8Array {
    static from(source, encoding = "utf8") {
      if (typeof source !== "string") return super.from(source);
      if (encoding === "hex") {
        return super.from(source.match(/[0-9a-f]{2}/gi) ?? [], (pair) => parseInt(pair, 16));
      }
      if (encoding === "base64") return super.from(atob(source), (char) => char.charCodeAt(0));
      if (/^(?:latin1|binary|ascii)$/.test(encoding)) {
        return super.from(source, (char) => char.charCodeAt(0));
      }
      return super.from(new TextEncoder().encode(source));
    }
    static alloc(size, fill = 0) {
      return new Buffer(size).fill(fill);
    }
    static isBuffer(value) {
      return value instanceof Buffer;
    }
    static byteLength(text) {
      return new TextEncoder().encode(text).length;
    }
    static concat(list) {
      return super.from(list.flatMap((item) => [...item]));
    }
    toString(encoding = "utf8") {
      if (encoding === "hex") {
        return [...this].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      }
      if (encoding === "base64") return btoa(latin(this));
      if (/^(?:latin1|binary|ascii)$/.test(encoding)) return latin(this);
      return new TextDecoder().decode(this);
    }
  }

  // ---- Events ----

  class EventEmitter {
    #listeners = new Map();
    on(event, listener) {
      const known = this.#listeners.get(event) ?? [];
      this.#listeners.set(event, [...known, listener]);
      return this;
    }
    addListener(event, listener) {
      return this.on(event, listener);
    }
    once(event, listener) {
      const once = (...args) => {
        this.off(event, once);
        return listener.apply(this, args);
      };
      once.listener = listener;
      return this.on(event, once);
    }
    off(event, listener) {
      const known = this.#listeners.get(event) ?? [];
      const place = known.findLastIndex((it) => it === listener || it.listener === listener);
      if (place >= 0) this.#listeners.set(event, known.toSpliced(place, 1));
      return this;
    }
    removeListener(event, listener) {
      return this.off(event, listener);
    }
    removeAllListeners(event) {
      if (event === undefined) this.#listeners.clear();
      else this.#listeners.delete(event);
      return this;
    }
    emit(event, ...args) {
      const known = this.#listeners.get(event) ?? [];
      if (known.length === 0 && event === "error") throw args[0];
      for (const listener of known) listener.apply(this, args);
      return known.length > 0;
    }
    listenerCount(event) {
      return (this.#listeners.get(event) ?? []).length;
    }
    listeners(event) {
      return [...(this.#listeners.get(event) ?? [])];
    }
    setMaxListeners() {
      return this;
    }
  }
  EventEmitter.EventEmitter = EventEmitter;

  // ---- process ----

  class Output extends EventEmitter {
    constructor(descriptor) {
      super();
      this.fd = descriptor;
      this.isTTY = false;
      this.columns = 80;
      this.writable = true;
    }
    write(chunk, encoding, done) {
      host("write", this.fd, typeof chunk === "string" ? chunk : new TextDecoder().decode(chunk));
      const callback = typeof encoding === "function" ? encoding : done;
      if (typeof callback === "function") process.nextTick(callback);
      return true;
    }
    end(chunk, encoding, done) {
      if (chunk !== undefined && typeof chunk !== "function") this.write(chunk, encoding, done);
    }
  }

  // The stream that standard input is: its data comes in one chunk, when somebody listens.
  class Stdin extends EventEmitter {
    #text;
    #taken = false;
    #ended = false;
    #paused = false;
    fd = 0;
    isTTY = false;
    encoding = null;
    get #wanted() {
      return ["data", "end", "readable", "close"].some((event) => this.listenerCount(event) > 0);
    }
    setEncoding(encoding) {
      this.encoding = encoding;
      return this;
    }
    resume() {
      this.#paused = false;
      return this;
    }
    pause() {
      this.#paused = true;
      return this;
    }
    unref() {
      return this;
    }
    ref() {
      return this;
    }
    pipe(target) {
      this.on("data", (chunk) => target.write(chunk));
      this.on("end", () => target.end?.());
      return target;
    }
    take() {
      this.#taken = true;
      return host("stdin");
    }
    read() {
      if (this.#taken) return null;
      const text = this.take();
      return this.encoding === null ? Buffer.from(text) : text;
    }
    // One turn of the event loop; false when nobody waits for input.
    turn() {
      if (this.#ended || this.#paused || !this.#wanted) return false;
      if (!this.#taken && this.listenerCount("data") > 0) {
        const text = this.take();
        if (text !== "") this.emit("data", this.encoding === null ? Buffer.from(text) : text);
        return true;
      }
      if (!this.#taken && this.listenerCount("readable") > 0) {
        this.emit("readable");
        this.#taken = true;
        return true;
      }
      this.#ended = true;
      if (this.listenerCount("readable") > 0) this.emit("readable");
      this.emit("end");
      this.emit("close");
      return true;
    }
    async *[Symbol.asyncIterator]() {
      const chunk = this.read();
      if (chunk !== null && chunk.length > 0) yield chunk;
    }
  }

  const nanoseconds = () => BigInt(Math.round(host("now") * 1e6));
  const hrtime = (before) => {
    const now = nanoseconds();
    let [seconds, rest] = [Number(now / 1000000000n), Number(now % 1000000000n)];
    if (before !== undefined) {
      seconds -= before[0];
      rest -= before[1];
      if (rest < 0) [seconds, rest] = [seconds - 1, rest + 1e9];
    }
    return [seconds, rest];
  };
  hrtime.bigint = nanoseconds;

  let leaving = false;
  const process = Object.assign(new EventEmitter(), {
    argv: ["node", "candidate.js"],
    argv0: "node",
    execArgv: [],
    env: {},
    pid: 1,
    platform: "linux",
    arch: "wasm32",
    version: "v20.0.0",
    versions: { node: "20.0.0" },
    exitCode: undefined,
    stdin: new Stdin(),
    stdout: new Output(1),
    stderr: new Output(2),
    cwd: () => "/",
    uptime: () => host("now") / 1000,
    hrtime,
    memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
    nextTick: (callback, ...args) => void Promise.resolve().then(() => callback(...args)),
    emitWarning: () => undefined,
    exit(code = process.exitCode ?? 0) {
      process.exitCode = code;
      host("exit", $.exiting());
    },
    abort: () => host("exit", 134),
  });
  process.reallyExit = process.exit;

  // The end of a program, forced or not: what waits for it, then the status.
  $.exiting = () => {
    if (!leaving) {
      leaving = true;
      process.emit("exit", Number(process.exitCode ?? 0));
    }
    return Number(process.exitCode ?? 0) | 0;
  };
  $.turns.push(() => process.stdin.turn());

  // ---- console ----

  let margin = "";
  const counts = new Map();
  const clocks = new Map();
  const print = (descriptor, text) => {
    const lines = margin === "" ? text : margin + text.replaceAll("\n", `\n${margin}`);
    host("write", descriptor, `${lines}\n`);
  };
  const elapsed = (label) => {
    const spent = host("now") - (clocks.get(label) ?? host("now"));
    return `${label}: ${spent.toFixed(3)}ms`;
  };
  const console = {
    log: (...args) => print(1, format(...args)),
    warn: (...args) => print(2, format(...args)),
    dir: (value, options) => print(1, inspect(value, options)),
    table: (value) => print(1, inspect(value)),
    assert(condition, ...args) {
      if (condition) return;
      const text = typeof args[0] === "string" ? format(...args) : ["", ...args].map(show).join(" ");
      const message = args.length === 0 ? "Assertion failed" : `Assertion failed: ${text.trim()}`;
      print(2, message);
      $.asserted(message);
    },
    trace: (...args) => print(2, `Trace: ${format(...args)}`),
    group(...args) {
      if (args.length > 0) console.log(...args);
      margin += "  ";
    },
    groupEnd: () => void (margin = margin.slice(2)),
    count(label = "default") {
      counts.set(label, (counts.get(label) ?? 0) + 1);
      console.log(`${label}: ${counts.get(label)}`);
    },
    countReset: (label = "default") => void counts.delete(label),
    time: (label = "default") => void clocks.set(label, host("now")),
    timeLog: (label = "default", ...args) => console.log(elapsed(label), ...args),
    timeEnd(label = "default") {
      console.log(elapsed(label));
      clocks.delete(label);
    },
  };
  const show = (value) => (typeof value === "string" ? value : inspect(value));
  console.info = console.debug = console.log;
  console.error = console.warn;
  console.groupCollapsed = console.group;

  // ---- Modules ----

  const performance = {
    timeOrigin: Date.now(),
    now: () => host("now"),
    mark: () => undefined,
    measure: () => undefined,
    toJSON: () => ({}),
  };

  const isInput = (file) => file === 0 || file === "/dev/stdin";
  const missing = (path) => {
    const error = new Error(`ENOENT: no such file or directory, open '${path}'`);
    error.code = "ENOENT";
    throw error;
  };
  const fs = {
    readFileSync(file, options) {
      if (!isInput(file)) missing(file);
      const text = process.stdin.take();
      const encoding = typeof options === "string" ? options : options?.encoding;
      return encoding ? text : Buffer.from(text);
    },
    readFile(file, options, done = options) {
      try {
        const found = fs.readFileSync(file, typeof options === "function" ? undefined : options);
        globals.setImmediate(done, null, found);
      } catch (error) {
        globals.setImmediate(done, error);
      }
    },
    writeSync(descriptor, text) {
      const stream = descriptor === 1 ? process.stdout : process.stderr;
      stream.write(text);
      return text.length;
    },
    writeFileSync(file, text) {
      if (file === 1 || file === "/dev/stdout") process.stdout.write(text);
      else if (file === 2 || file === "/dev/stderr") process.stderr.write(text);
      else missing(file);
    },
    existsSync: isInput,
  };
  fs.promises = { readFile: async (file, options) => fs.readFileSync(file, options) };

  // Lines of standard input, one a turn of the event loop while somebody wants them.
  class Interface extends EventEmitter {
    #lines;
    #next = 0;
    #paused = false;
    #asked = [];
    closed = false;
    constructor(options = {}) {
      super();
      this.output = options.output;
      interfaces.push(this);
    }
    get #left() {
      if (this.#lines === undefined) {
        const text = process.stdin.take();
        this.#lines = text === "" ? [] : text.replace(/\r?\n$/, "").split(/\r?\n/);
      }
      return this.#lines.length - this.#next;
    }
    #take() {
      return this.#lines[this.#next++];
    }
    turn() {
      if (this.closed || this.#paused) return false;
      const listening = ["line", "close"].some((event) => this.listenerCount(event) > 0);
      if (this.#asked.length === 0 && !listening) return false;
      if (this.#left === 0) this.close();
      else if (this.#asked.length > 0) this.#asked.shift()(this.#take());
      else this.emit("line", this.#take());
      return true;
    }
    question(query, options, done = options) {
      process.stdout.write(query);
      this.#asked.push(done);
    }
    close() {
      if (this.closed) return;
      this.closed = true;
      this.emit("close");
    }
    pause() {
      this.#paused = true;
      return this;
    }
    resume() {
      this.#paused = false;
      return this;
    }
    prompt() {
      process.stdout.write(this.#prompt);
    }
    #prompt = "> ";
    setPrompt(prompt) {
      this.#prompt = prompt;
    }
    write() {}
    async *[Symbol.asyncIterator]() {
      while (!this.closed && this.#left > 0) yield this.#take();
      this.close();
    }
  }
  const interfaces = [];
  $.turns.push(() => interfaces.some((it) => it.turn()));
  class Asking extends Interface {
    question(query) {
      return new Promise((resolve) => super.question(query, resolve));
    }
  }
  const readline = {
    createInterface: (options) => new Interface(options),
    Interface,
    clearLine: () => true,
    cursorTo: () => true,
  };

  const promisify =
    (callback) =>
    (...args) =>
      new Promise((resolve, reject) => {
        callback(...args, (error, value) => (error ? reject(error) : resolve(value)));
      });
  const util = {
    inspect,
    format,
    promisify,
    isDeepStrictEqual: (a, b) => $.deepEqual(a, b, true),
    inherits(constructor, parent) {
      Object.setPrototypeOf(constructor.prototype, parent.prototype);
    },
    deprecate: (callback) => callback,
    isArray: Array.isArray,
    types: {
      isPromise: (value) => value instanceof Promise,
      isRegExp: (value) => value instanceof RegExp,
      isDate: (value) => value instanceof Date,
      isMap: (value) => value instanceof Map,
      isSet: (value) => value instanceof Set,
    },
    TextEncoder,
    TextDecoder,
  };

  const clone = (value, seen = new Map()) => {
    if (typeof value === "function" || typeof value === "symbol") {
      throw new TypeError(`${String(value)} could not be cloned.`);
    }
    if (typeof value !== "object" || value === null) return value;
    if (seen.has(value)) return seen.get(value);
    const keep = (copy) => {
      seen.set(value, copy);
      return copy;
    };
    if (value instanceof Date) return keep(new Date(value));
    if (value instanceof RegExp) return keep(new RegExp(value.source, value.flags));
    if (ArrayBuffer.isView(value)) return keep(value.slice());
    if (value instanceof Map) {
      const copy = keep(new Map());
      for (const [key, item] of value) copy.set(clone(key, seen), clone(item, seen));
      return copy;
    }
    if (value instanceof Set) {
      const copy = keep(new Set());
      for (const item of value) copy.add(clone(item, seen));
      return copy;
    }
    if (value instanceof Error) {
      const Kind = { TypeError, RangeError, SyntaxError, ReferenceError }[value.name] ?? Error;
      return keep(new Kind(value.message));
    }
    const copy = keep(Array.isArray(value) ? new Array(value.length) : {});
    for (const key of Object.keys(value)) copy[key] = clone(value[key], seen);
    return copy;
  };
  $.clone = (value) => clone(value);

  const wait = (delay, value) => new Promise((done) => globals.setTimeout(done, delay, value));
  const { setTimeout, setInterval, setImmediate } = globals;
  const { clearTimeout, clearInterval, clearImmediate } = globals;
  Object.assign(modules, {
    buffer: { Buffer },
    events: EventEmitter,
    fs,
    "fs/promises": fs.promises,
    os: { EOL: "\n", cpus: () => [], platform: () => "linux" },
    perf_hooks: { performance },
    process,
    readline,
    "readline/promises": { ...readline, createInterface: (options) => new Asking(options) },
    timers: { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate },
    "timers/promises": { setTimeout: wait, setImmediate: (value) => wait(0, value) },
    util,
  });
  readline.promises = modules["readline/promises"];
  Object.assign(globals, { console, process, performance, Buffer, TextEncoder, TextDecoder });
});
