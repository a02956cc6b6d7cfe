// How `console.log` and `util.inspect` write values: as Node does, for what programs usually print.
(function ($) {
  "use strict";
  const WIDTH = 80;
  const ITEMS_MAX = 100;
  const COMPACT = 3;
  const IDENTIFIER = /^[a-zA-Z_][a-zA-Z_0-9]*$/;
  const { hasOwn } = Object;

  const ESCAPES = { "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", "\\": "\\\\" };
  const quoted = (text) => {
    let quote = "'";
    if (text.includes("'")) {
      if (!text.includes('"')) quote = '"';
      else if (!text.includes("`") && !text.includes("${")) quote = "`";
    }
    const body = text.replace(/[\x00-\x1f\x7f-\x9f\\'"`]|\p{Surrogate}/gu, (char) => {
      if (char === quote) return `\\${char}`;
      if (char === "'" || char === '"' || char === "`") return char;
      if (ESCAPES[char] !== undefined) return ESCAPES[char];
      const code = char.charCodeAt(0).toString(16).toUpperCase();
      return code.length > 2 ? `\\u${code}` : `\\x${code.padStart(2, "0")}`;
    });
    return quote + body + quote;
  };

  // The columns that a text takes on a terminal.
  const widthOf = (text) => {
    let width = 0;
    for (const char of text) {
      const code = char.codePointAt(0);
      const wide =
        (code >= 0x1100 && code <= 0x115f) ||
        (code >= 0x2e80 && code <= 0xa4cf) ||
        (code >= 0xac00 && code <= 0xd7a3) ||
        (code >= 0xf900 && code <= 0xfaff) ||
        (code >= 0xfe30 && code <= 0xfe6f) ||
        (code >= 0xff00 && code <= 0xff60) ||
        (code >= 0x1f300 && code <= 0x1faff);
      width += wide ? 2 : 1;
    }
    return width;
  };

  const numeral = (value) => (Object.is(value, -0) ? "-0" : `${value}`);

  const primitive = (state, value) => {
    switch (typeof value) {
      case "string": {
        const room = WIDTH - state.indent - 4;
        if (value.length <= 16 || value.length <= room || !value.includes("\n")) return quoted(value);
        const gap = ` +\n${" ".repeat(state.indent + 2)}`;
        return value.split(/(?<=\n)/).map(quoted).join(gap);
      }
      case "number":
        return numeral(value);
      case "bigint":
        return `${value}n`;
      case "symbol":
        return value.toString();
      default:
        return `${value}`;
    }
  };

  const constructorName = (value) => {
    for (let object = value; object !== null; object = Object.getPrototypeOf(object)) {
      const found = Object.getOwnPropertyDescriptor(object, "constructor");
      if (found !== undefined && typeof found.value === "function" && found.value.name !== "") {
        return found.value.name;
      }
    }
    return null;
  };

  const prefixOf = (name, fallback, size) => {
    const sized = size === undefined ? "" : `(${size})`;
    return name === null ? `[${fallback}${sized}: null prototype] ` : `${name}${sized} `;
  };

  const keysOf = (value, state) => {
    const keys = Object.keys(value);
    for (const symbol of Object.getOwnPropertySymbols(value)) {
      if (Object.prototype.propertyIsEnumerable.call(value, symbol)) keys.push(symbol);
    }
    if (state.showHidden) {
      for (const key of Object.getOwnPropertyNames(value)) if (!keys.includes(key)) keys.push(key);
    }
    return keys;
  };

  const indented = (state, write) => {
    state.indent += 2;
    const written = write();
    state.indent -= 2;
    return written;
  };

  const entry = (state, object, key, level, bare) => {
    const found = Object.getOwnPropertyDescriptor(object, key) ?? { value: object[key] };
    let written;
    if (found.get !== undefined) written = found.set === undefined ? "[Getter]" : "[Getter/Setter]";
    else if (found.set !== undefined) written = "[Setter]";
    else written = indented(state, () => format(state, found.value, level));
    if (bare) return written;
    let name;
    if (typeof key === "symbol") name = `[${key.toString()}]`;
    else if (key === "__proto__") name = "['__proto__']";
    else name = IDENTIFIER.test(key) ? key : quoted(key);
    return found.enumerable === false ? `[${name}]: ${written}` : `${name}: ${written}`;
  };

  const items = (state, value, level) => {
    const out = [];
    let index = 0;
    for (; index < value.length && out.length < ITEMS_MAX; index++) {
      if (hasOwn(value, index)) {
        out.push(entry(state, value, index, level, true));
        continue;
      }
      let next = index;
      while (next < value.length && !hasOwn(value, next)) next++;
      out.push(`<${next - index} empty item${next - index > 1 ? "s" : ""}>`);
      index = next - 1;
    }
    if (index < value.length) out.push(more(value.length - index));
    return out;
  };

  const more = (count) => `... ${count} more item${count > 1 ? "s" : ""}`;

  // Long lists of short items are set in columns.
  const columns = (state, out, value) => {
    const extra = value.length > ITEMS_MAX ? 1 : 0;
    const count = out.length - extra;
    const widths = [];
    let total = 0;
    let widest = 0;
    for (let i = 0; i < count; i++) {
      const width = widthOf(out[i]);
      widths.push(width);
      total += width + 2;
      widest = Math.max(widest, width);
    }
    const cell = widest + 2;
    if (cell * 3 + state.indent >= WIDTH || (total / cell <= 5 && widest > 6)) return out;
    const bias = Math.max(cell - 3 - Math.sqrt(cell - total / out.length), 1);
    const across = Math.min(
      Math.round(Math.sqrt(2.5 * bias * count) / bias),
      Math.floor((WIDTH - state.indent) / cell),
      COMPACT * 4,
      15,
    );
    if (across <= 1) return out;
    const lanes = [];
    for (let lane = 0; lane < across; lane++) {
      let width = 0;
      for (let i = lane; i < count; i += across) width = Math.max(width, widths[i]);
      lanes.push(width + 2);
    }
    const left = !value.every((item) => typeof item === "number" || typeof item === "bigint");
    const lines = [];
    for (let row = 0; row < count; row += across) {
      const end = Math.min(row + across, count);
      let line = "";
      for (let i = row; i < end - 1; i++) {
        const width = lanes[i - row] + out[i].length - widths[i];
        line += left ? `${out[i]}, `.padEnd(width) : `${out[i]}, `.padStart(width);
      }
      const last = end - 1;
      const width = lanes[last - row] + out[last].length - widths[last] - 2;
      lines.push(line + (left ? out[last] : out[last].padStart(width)));
    }
    if (extra === 1) lines.push(out[count]);
    return lines;
  };

  const join = (state, out, shape, level, value) => {
    const { base, open, close } = shape;
    const head = base === "" ? "" : `${base} `;
    const count = out.length;
    if (shape.list && count > 6) out = columns(state, out, value);
    if (state.depth - level < COMPACT && count === out.length) {
      const start = out.length + state.indent + open.length + base.length + 10;
      let length = out.length + start;
      if (length + out.length <= WIDTH) {
        for (const piece of out) length += piece.length;
        const line = out.join(", ");
        if (length <= WIDTH && !base.includes("\n") && !line.includes("\n")) {
          return `${head}${open} ${line} ${close}`;
        }
      }
    }
    const gap = `\n${" ".repeat(state.indent)}`;
    return `${head}${open}${gap}  ${out.join(`,${gap}  `)}${gap}${close}`;
  };

  const errorText = (state, error) => {
    const head = `${Error.prototype.toString.call(error)}`;
    const stack = typeof error.stack === "string" ? error.stack.trimEnd() : "";
    if (stack === "") return `[${head}]`;
    const lines = stack.startsWith(head) ? stack : `${head}\n${stack}`;
    return lines.replaceAll("\n", `\n${" ".repeat(state.indent)}`);
  };

  const functionBase = (value) => {
    if (/^class\b/.test(Function.prototype.toString.call(value))) {
      const parent = Object.getPrototypeOf(value);
      const base = parent !== null && parent.name ? ` extends ${parent.name}` : "";
      return value.name === "" ? `[class (anonymous)${base}]` : `[class ${value.name}${base}]`;
    }
    const kind = constructorName(value) ?? "Function";
    return value.name === "" ? `[${kind} (anonymous)]` : `[${kind}: ${value.name}]`;
  };

  // What stands around an object's entries, and the entries that its kind brings.
  const shapeOf = (state, value, level) => {
    const name = constructorName(value);
    const braces = { base: "", open: "{", close: "}", list: false, own: [] };
    if (Array.isArray(value)) {
      const head = name === "Array" ? "" : prefixOf(name, "Array", value.length);
      return { ...braces, open: `${head}[`, close: "]", list: true, own: items(state, value, level) };
    }
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      const open = `${prefixOf(name, "TypedArray", value.length)}[`;
      return { ...braces, open, close: "]", list: true, own: items(state, value, level) };
    }
    if (value instanceof Map) {
      const write = ([key, item]) => `${format(state, key, level)} => ${format(state, item, level)}`;
      const own = indented(state, () => [...value].map(write));
      return { ...braces, open: `${prefixOf(name, "Map", value.size)}{`, own };
    }
    if (value instanceof Set) {
      const own = indented(state, () => [...value].map((item) => format(state, item, level)));
      return { ...braces, open: `${prefixOf(name, "Set", value.size)}{`, own };
    }
    if (typeof value === "function") return { ...braces, base: functionBase(value) };
    if (value instanceof Error) return { ...braces, base: errorText(state, value) };
    if (value instanceof RegExp) return { ...braces, base: RegExp.prototype.toString.call(value) };
    if (value instanceof Date) {
      const time = value.getTime();
      return { ...braces, base: Number.isNaN(time) ? "Invalid Date" : value.toISOString() };
    }
    if (value instanceof Promise) return { ...braces, open: "Promise {", own: [promise(value)] };
    if (value instanceof WeakMap || value instanceof WeakSet) {
      return { ...braces, open: `${name} {`, own: ["<items unknown>"] };
    }
    for (const Kind of [Number, String, Boolean, Symbol, BigInt]) {
      if (value instanceof Kind) {
        const inner = primitive(state, Kind.prototype.valueOf.call(value));
        return { ...braces, base: `[${Kind.name}: ${inner}]` };
      }
    }
    const tag = value[Symbol.toStringTag];
    const tagged = typeof tag === "string" && tag !== "" && tag !== name ? `[${tag}] ` : "";
    const plain = name === "Object" && tagged === "";
    return { ...braces, open: plain ? "{" : `${prefixOf(name, "Object")}${tagged}{` };
  };

  const promise = (value) => {
    const [state, result] = $.host("promise", value);
    if (state === 0) return "<pending>";
    return state === 1 ? inspect(result) : `<rejected> ${inspect(result)}`;
  };

  // Whether a value has content that is not in its properties.
  const holds = (value) =>
    value.size > 0 || value instanceof Promise || value instanceof WeakMap || value.length > 0;

  const format = (state, value, above) => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null) {
      return primitive(state, value);
    }
    const custom = value[Symbol.for("nodejs.util.inspect.custom")];
    if (typeof custom === "function" && custom !== inspect) {
      const made = custom.call(value, state.limit - above, {}, inspect);
      return typeof made === "string" ? made : format(state, made, above);
    }
    if (state.seen.includes(value)) {
      if (!state.circular.has(value)) state.circular.set(value, state.circular.size + 1);
      return `[Circular *${state.circular.get(value)}]`;
    }
    const level = above + 1;
    if (level > state.limit && typeof value !== "function" && !(value instanceof Error)) {
      const name = constructorName(value);
      if (Array.isArray(value)) return value.length === 0 ? "[]" : `[${name ?? "Array"}]`;
      if (!(value instanceof Date || value instanceof RegExp)) {
        if (keysOf(value, state).length > 0 || value instanceof Map || value instanceof Set) {
          return `[${name ?? "Object: null prototype"}]`;
        }
      }
    }
    state.seen.push(value);
    if (keysOf(value, state).length > 0 || holds(value)) state.depth = level;
    const shape = shapeOf(state, value, level);
    let keys = keysOf(value, state);
    if (shape.list || value instanceof String) keys = keys.filter((key) => !/^\d+$/.test(String(key)));
    if (value instanceof Error) keys = keys.filter((key) => key !== "stack" && key !== "message");
    const out = shape.own;
    for (const key of keys) out.push(entry(state, value, key, level, false));
    state.seen.pop();
    let written;
    if (out.length === 0) {
      written = shape.base === "" ? `${shape.open}${shape.close}` : shape.base;
    } else {
      written = join(state, out, shape, level, value);
    }
    if (state.circular.has(value)) written = `<ref *${state.circular.get(value)}> ${written}`;
    return written;
  };

  const inspect = (value, options = {}) => {
    const { depth = 2, showHidden = false } =
      typeof options === "object" && options !== null ? options : {};
    const limit = depth === null ? Infinity : depth + 1;
    const state = { indent: 0, depth: 0, limit, showHidden, seen: [], circular: new Map() };
    return format(state, value, 0);
  };
  inspect.custom = Symbol.for("nodejs.util.inspect.custom");

  const spelled = (value) => {
    if (typeof value === "string") return value;
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "number") return numeral(value);
    if (typeof value === "object" && value !== null) {
      const own = value.toString;
      const plain = own === Object.prototype.toString || own === Error.prototype.toString;
      if (typeof own === "function" && !plain && !Array.isArray(value)) return String(value);
      return inspect(value, { depth: 0 });
    }
    return String(value);
  };

  const JSON_OF = JSON.stringify;
  const directive = (letter, value) => {
    switch (letter) {
      case "s":
        return spelled(value);
      case "d":
        if (typeof value === "bigint") return `${value}n`;
        return typeof value === "symbol" ? "NaN" : numeral(Number(value));
      case "i":
        if (typeof value === "bigint") return `${value}n`;
        return typeof value === "symbol" ? "NaN" : numeral(parseInt(value, 10));
      case "f":
        return typeof value === "symbol" ? "NaN" : numeral(parseFloat(value));
      case "j":
        return JSON_OF(value);
      case "o":
        return inspect(value, { depth: 4 });
      case "O":
        return inspect(value);
      default:
        return "";
    }
  };

  const formatted = (...args) => {
    let next = 0;
    let out = "";
    if (typeof args[0] === "string") {
      next = 1;
      out = args[0];
      if (args.length > 1) {
        out = out.replace(/%([sdifjoOc%])/g, (whole, letter) => {
          if (letter === "%") return "%";
          return next < args.length ? directive(letter, args[next++]) : whole;
        });
      }
    }
    for (; next < args.length; next++) {
      const value = args[next];
      if (next > 0) out += " ";
      out += typeof value === "string" ? value : inspect(value);
    }
    return out;
  };

  $.inspect = inspect;
  $.format = formatted;
});
