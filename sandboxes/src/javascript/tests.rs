//! What the JavaScript guest and its judge do, case by case. The guest comes from the user's cache
//! and is built there if need be.

use std::thread;

use num_bigint::BigInt;

use super::JavaScript;
use crate::engine::{THREAD_STACK_BYTES, engine};
use crate::toolchain::Runner;
use crate::{Cache, Exit, Fuel, Job, Language, Limits, Record, Task, Value, provision};

/// Does something with a runner, on a thread with a worker's stack.
fn with_runner<T: Send + 'static>(work: impl FnOnce(&JavaScript) -> T + Send + 'static) -> T {
    let work = move || {
        let cache = Cache::locate().unwrap();
        let guest = provision(Language::JavaScript, &cache, &|_| ()).unwrap();
        work(&JavaScript::open(&engine().unwrap(), &guest.compiled).unwrap())
    };
    let worker = thread::Builder::new().stack_size(THREAD_STACK_BYTES);
    worker.spawn(work).unwrap().join().unwrap()
}

fn job(language: Language, source: &str, task: Task) -> Job {
    Job {
        language,
        source: source.to_owned(),
        task,
        limits: Limits {
            fuel: Fuel(1_000_000_000),
            memory_bytes: 64 << 20,
            output_bytes: 1 << 16,
            ..Limits::default()
        },
    }
}

/// Judges a program twice: a record is a pure function of its job.
fn judge_in(language: Language, source: &str, task: Task) -> Record {
    let job = job(language, source, task);
    with_runner(move |runner| {
        let record = runner.judge(&job, &[]).unwrap();
        for _ in 0..3 {
            // By their printed form: NaN is the same NaN.
            let again = runner.judge(&job, &[]).unwrap();
            assert_eq!(
                format!("{record:?}"),
                format!("{again:?}"),
                "{}",
                job.source
            );
        }
        record
    })
}

fn judge(source: &str, task: Task) -> Record {
    judge_in(Language::JavaScript, source, task)
}

/// Calls `f` with each list of arguments.
fn call(source: &str, arguments: Vec<Vec<Value>>) -> Record {
    let entry_point = "f".to_owned();
    judge(
        source,
        Task::Call {
            entry_point,
            parameters: None,
            arguments,
        },
    )
}

/// The exit and the answer of `f(1)`.
fn answer(source: &str) -> (Exit, Option<Value>) {
    let mut record = call(source, vec![vec![int(1)]]);
    assert_eq!(record.load, Exit::Finished, "{source}");
    let case = record.cases.remove(0);
    (case.exit, case.answer)
}

/// The exit of one piece of test code, with `f` the candidate's.
fn test(source: &str, code: &str) -> Exit {
    let task = Task::Test {
        trusted: "function helper(x) { return x + 1 }\nfunction f(x) { return 'trusted' }\n"
            .to_owned(),
        proxied: vec!["f".to_owned()],
        cases: vec![code.to_owned()],
    };
    let record = judge(source, task);
    assert_eq!(record.load, Exit::Finished, "{source}");
    record.cases[0].exit.clone()
}

/// What a whole program prints, and how it ends.
fn run_in(language: Language, source: &str, stdin: &str) -> (Exit, String) {
    let stdin = vec![stdin.as_bytes().to_vec()];
    let mut record = judge_in(language, source, Task::Run { stdin });
    let case = record.cases.remove(0);
    (case.exit, String::from_utf8(case.stdout).unwrap())
}

fn run(source: &str, stdin: &str) -> (Exit, String) {
    run_in(Language::JavaScript, source, stdin)
}

fn int(value: i64) -> Value {
    Value::Int(BigInt::from(value))
}

fn text(value: &str) -> Value {
    Value::Str(value.into())
}

fn raised(kind: &str, message: &str, line: u32) -> Exit {
    Exit::Raised {
        kind: kind.to_owned(),
        message: message.to_owned(),
        line,
    }
}

fn violation(exit: &Exit) -> bool {
    matches!(exit, Exit::Violation { .. })
}

#[test]
fn a_function_answers_with_plain_values_of_every_type() {
    let source = "const f = (x) => [null, undefined, true, 2n ** 100n, .5, -0, 'é\\u{1f600}', [x,,x], \
                  {a: {b: x}}, new Map([[x, 'y']]), new Set([x]), 2 ** 53, NaN, -1e3, Object.create(null)]";
    let (exit, value) = answer(source);
    assert_eq!(exit, Exit::Finished);
    let Some(Value::List(items)) = value else {
        panic!("a list was returned: {value:?}")
    };
    let nan = items[12].clone();
    assert!(matches!(nan, Value::Float(nan) if nan.is_nan()));
    let expected = [
        Value::None,
        Value::None,
        Value::Bool(true),
        Value::Int(BigInt::from(1) << 100),
        Value::Float(0.5),
        Value::Float(-0.0),
        text("é\u{1f600}"),
        Value::List(vec![int(1), Value::None, int(1)]),
        Value::Dict(vec![(text("a"), Value::Dict(vec![(text("b"), int(1))]))]),
        Value::Dict(vec![(int(1), text("y"))]),
        Value::Set(vec![int(1)]),
        int(1 << 53),
        nan,
        int(-1000),
        Value::Dict(vec![]),
    ];
    assert_eq!(format!("{items:?}"), format!("{expected:?}"));
}

#[test]
fn arguments_of_every_type_come_back_as_they_went() {
    let surrogate = crate::decode(b"u\x04\0\0\0\xed\xa0\x80a").unwrap();
    let arguments = vec![
        Value::None,
        Value::Bool(false),
        int(-5),
        Value::Int("123456789012345678901234567890".parse().unwrap()),
        Value::Float(1.5),
        Value::Float(-0.0),
        text("a\0é\u{1f600}"),
        surrogate,
        Value::List(vec![Value::List(vec![]), int(1 << 40)]),
        Value::Dict(vec![(text("__proto__"), int(1)), (text("b"), int(2))]),
        Value::Dict(vec![(int(1), text("x"))]),
        Value::Set(vec![text("a"), int(2)]),
    ];
    let source = "function f(...all) { return all }";
    let mut record = call(source, vec![arguments.clone()]);
    let case = record.cases.remove(0);
    assert_eq!(
        (case.exit, case.answer),
        (Exit::Finished, Some(Value::List(arguments)))
    );
}

#[test]
fn what_is_not_plain_does_not_cross() {
    for source in [
        "class I { valueOf() { return 1 } }\nfunction f(x) { return new I() }",
        "class A extends Array {}\nfunction f(x) { return A.of(1) }",
        "function f(x) { return new Proxy([1], {}) }",
        "function f(x) { return { get a() { return 1 } } }",
        "function f(x) { return { [Symbol.toPrimitive]: () => 1 } }",
        "function f(x) { return { toJSON: () => 1 } }",
        "function f(x) { return new Number(1) }",
        "function f(x) { return Object.create({ a: 1 }) }",
        "function f(x) { const a = []; a.push(a); return a }",
        "function f(x) { let a = []; for (let i = 0; i < 2e4; i++) a = [a]; return a }",
        "async function f(x) { return 1 }",
        "function f(x) { return f }",
        "function f(x) { return Symbol('a') }",
        "function f(x) { return new Date(0) }",
        "function f(x) { return new Error('a') }",
        "function f(x) { return arguments }",
    ] {
        let (exit, _) = answer(source);
        assert!(violation(&exit), "{source}: {exit:?}");
    }
}

#[test]
fn whatever_ends_a_guest_is_named() {
    let depth = "Maximum call stack size exceeded";
    for (source, exit) in [
        ("function f(x) { while (true); }", Exit::OutOfFuel),
        (
            "function f(x) { try { while (true); } finally { return 1 } }",
            Exit::OutOfFuel,
        ),
        (
            "function f(x) { return /^(a+)+$/.test('a'.repeat(40) + 'b') }",
            Exit::OutOfFuel,
        ),
        (
            "function f(x) { const g = () => Promise.resolve().then(g); g(); return 1 }",
            Exit::OutOfFuel,
        ),
        (
            "function f(x) { return 'a'.repeat(5e8).length }",
            Exit::OutOfMemory,
        ),
        (
            "function f(x) { const a = []; while (true) a.push(new Uint8Array(9999)) }",
            Exit::OutOfMemory,
        ),
        (
            "function f(x) { while (true) console.log('x'.repeat(100)) }",
            Exit::OutputLimit,
        ),
        (
            "function f(x) { return 'x'.repeat(1e5) }",
            Exit::OutputLimit,
        ),
        (
            "function f(x) { return new Array(2 ** 32 - 1) }",
            Exit::OutputLimit,
        ),
        (
            "function f(x) { process.exit(3) }",
            Exit::Exited { status: 3 },
        ),
        (
            "function f(x) {\n  return f(x) + 1 }",
            raised("RangeError", depth, 2),
        ),
        (
            "function f(x) {\n  return JSON.stringify({ toJSON: () => f(x) }) }",
            raised("RangeError", depth, 2),
        ),
        (
            "function f(x) { return null.a }",
            raised("TypeError", "cannot read property 'a' of null", 1),
        ),
        (
            "class Own extends RangeError {}\nfunction f(x) {\n\n  throw new Own('no') }",
            // A class without a constructor of its own is where its errors are made.
            raised("Own", "no", 1),
        ),
        (
            "function f(x) { throw 'text' }",
            raised("string", "text", 0),
        ),
        (
            "function f(x) {\n  Promise.reject(new Error('late')); return 1 }",
            raised("Error", "late", 2),
        ),
        (
            "function g(x) {}",
            raised("ReferenceError", "the program defines no `f`", 0),
        ),
        (
            "const f = 1",
            raised("TypeError", "`f` is not a function", 0),
        ),
    ] {
        assert_eq!(answer(source).0, exit, "{source}");
    }
}

#[test]
fn recursion_as_deep_as_node_allows_is_allowed() {
    let source = "function f(x) { return x > 9000 ? 0 : 1 + f(x + 1) }";
    assert_eq!(answer(source), (Exit::Finished, Some(int(9000))));
}

#[test]
fn a_name_is_found_however_it_was_declared() {
    for source in [
        "function f(x) { return 1 }",
        "const f = (x) => 1",
        "let f = function (x) { return 1 }",
        "var f = (x) => 1",
        "class f { constructor() {} }\nf = () => 1",
        "globalThis.f = () => 1",
        "export function f(x) { return 1 }",
        "import assert from 'node:assert';\nexport const f = (x) => (assert.ok(x), 1)",
        "const f = (x) => 1\nmodule.exports = { f }",
        "'use strict'\nconst process = require('process'), fs = require('fs')\nconst f = (x) => 1",
    ] {
        assert_eq!(answer(source), (Exit::Finished, Some(int(1))), "{source}");
    }
}

#[test]
fn a_source_that_does_not_compile_is_told_from_one_that_fails_when_loaded() {
    let load = |source: &str| call(source, vec![vec![]]).load;
    assert!(matches!(
        load("function f() {\n  return (1 }"),
        Exit::NotCompiled { line: 2, .. }
    ));
    assert!(matches!(load("let a; let a"), Exit::NotCompiled { .. }));
    let nested = load(&("[".repeat(3_000) + &"]".repeat(2_999)));
    assert!(matches!(nested, Exit::NotCompiled { .. }), "{nested:?}");
    // The parser looks ahead at each bracket for what stands behind its partner.
    assert_eq!(load(&"[".repeat(100_000)), Exit::OutOfFuel);
    let missing = load("\nconst _ = require('lodash')");
    assert_eq!(missing, raised("Error", "Cannot find module 'lodash'", 2));
    assert!(matches!(
        load("import _ from 'lodash'"),
        Exit::Raised { .. } | Exit::NotCompiled { .. }
    ));
}

#[test]
fn a_case_that_throws_leaves_the_next_one_to_be_judged_and_one_that_exits_does_not() {
    let source = "function f(x) { if (x == 2) process.exit(0); if (!x) throw 1; return x }";
    let record = call(source, (0..4).map(|x| vec![int(x)]).collect());
    let exits: Vec<_> = record.cases.iter().map(|case| &case.exit).collect();
    assert!(matches!(exits[0], Exit::Raised { .. }));
    assert_eq!(exits[1..], [&Exit::Finished, &Exit::Exited { status: 0 }]);
}

#[test]
fn tests_in_another_instance_see_answers_mutations_and_exceptions() {
    let assert = "const assert = require('node:assert');";
    for (source, code) in [
        (
            "const f = (x) => x * 2",
            "assert.equal(f(4), 8); assert.equal(helper(1), 2)",
        ),
        (
            "const f = (...all) => all",
            "assert.deepStrictEqual(f(undefined, null, -0, 5n), [undefined, null, -0, 5n])",
        ),
        (
            "const f = (x) => x",
            "const m = new Map([[1, new Set(['a'])]]); assert.deepStrictEqual(f(m), m)",
        ),
        (
            "const f = (x) => void x.sort()",
            "const a = [2, 1], b = a; f(a); assert.deepEqual(b, [1, 2])",
        ),
        (
            "const f = (x) => { x[0].push(1); x.push(2) }",
            "const inner = [], outer = [inner]; f(outer); assert.deepEqual(inner, [1]); \
             assert.deepEqual(outer, [[1], 2])",
        ),
        (
            "const f = (x) => { x.b = x.a; delete x.a }",
            "const d = {a: 1}; f(d); assert.deepEqual(d, {b: 1})",
        ),
        (
            "class Own extends TypeError {}\nconst f = (x) => { throw new Own('no') }",
            "assert.throws(() => f(1), TypeError); assert.throws(() => f(1), /no/); \
             assert.throws(() => f(1), { name: 'Own', message: 'no' })",
        ),
        (
            "const f = (x) => { throw 'text' }",
            "try { f(1); assert.fail() } catch (e) { assert.equal(e, 'text') }",
        ),
        ("const f = (x) => NaN", "console.assert(Number.isNaN(f(1)))"),
        (
            "const f = (x) => [1, '2']",
            "assert.deepEqual(f(1), [1, 2]); assert.notDeepStrictEqual(f(1), [1, 2])",
        ),
        (
            "const f = (x) => x",
            "(async () => { await null; assert.equal(f(1), 1) })()",
        ),
        ("const f = (x) => x", "process.exit(f(0))"),
    ] {
        let code = format!("{assert} {code}");
        assert_eq!(test(source, &code), Exit::Finished, "{source}");
    }
}

#[test]
fn tests_tell_a_wrong_answer_from_an_exception_of_the_candidate() {
    let failed = |source: &str, code: &str| match test(source, code) {
        Exit::TestFailed { kind, .. } => kind,
        exit => panic!("{source}: {exit:?}"),
    };
    let one = "const f = (x) => 1";
    for code in [
        "console.assert(f(1) === 2, 'off by one')",
        "require('assert').deepEqual(f(1), 2)",
        "require('assert')(f(1) == 2)",
        "require('assert/strict').equal(f(1), '1')",
        "require('assert').throws(() => f(1))",
        "(async () => { require('assert').equal(f(1), 2) })()",
        "setTimeout(() => require('assert').equal(f(1), 2), 1000)",
        "try { require('assert').equal(f(1), 2) } catch { console.assert(false) }",
    ] {
        assert_eq!(failed(one, code), "AssertionError", "{code}");
    }
    assert_eq!(failed(one, "process.exit(1)"), "process.exit");
    let thrown = test("const f = (x) => {\n  throw new Error('own') }", "f(1)");
    assert_eq!(thrown, raised("Error", "own", 2));
    for code in ["f(() => 1)", "f(", "const f = 1"] {
        let broken = test(one, code);
        assert!(
            matches!(broken, Exit::Unjudgeable { .. } | Exit::TestFailed { .. }),
            "{code}: {broken:?}"
        );
    }
}

#[test]
fn tests_that_hide_the_candidate_behind_their_own_definition_are_not_judged() {
    let task = Task::Test {
        trusted: "const f = (x) => 'trusted'".to_owned(),
        proxied: vec!["f".to_owned()],
        cases: vec!["f(1)".to_owned()],
    };
    let record = judge("const f = (x) => 1", task);
    let exit = &record.cases[0].exit;
    assert!(matches!(exit, Exit::Unjudgeable { .. }), "{exit:?}");
}

#[test]
fn patched_builtins_of_the_candidate_reach_neither_the_host_nor_the_tests() {
    let patches = "Array.prototype.push = Array.prototype.forEach = () => { throw 1 };\n\
        Array.prototype[Symbol.iterator] = Map.prototype.forEach = null;\n\
        Object.defineProperty(Array.prototype, 0, { set() { throw 2 }, configurable: true });\n\
        RegExp.prototype.exec = String.prototype.slice = Reflect.apply = () => { throw 3 };\n\
        globalThis.String = globalThis.Map = Error.prototype.toString = null;\n\
        Error.prepareStackTrace = () => 5; JSON.stringify = Object.is = () => true;\n";
    let honest = format!("{patches}const m = new (({{}}).constructor)(); const f = (x) => [x, m];");
    let code =
        "const a = require('assert'); a.deepEqual(f(1), [1, {}]); a.throws(() => a.equal(f(1), 2))";
    assert_eq!(test(&honest, code), Exit::Finished);
    let thrower = format!("{patches}const f = (x) => {{ throw new TypeError('mine') }}");
    assert_eq!(test(&thrower, "f(1)"), raised("TypeError", "mine", 0));
}

#[test]
fn clock_sleep_and_randomness_are_the_same_in_every_instance() {
    let source = "function f(x) { return [new Date().getFullYear(), Math.random(), Date.now(), \
                  performance.now() >= 0, new Date(0).getHours()] }";
    let (exit, value) = answer(source);
    assert_eq!(exit, Exit::Finished);
    let Some(Value::List(items)) = value else {
        panic!("a list was returned")
    };
    assert_eq!(
        (&items[0], &items[3], &items[4]),
        (&int(2024), &Value::Bool(true), &int(0))
    );
    let slept = "const t = Date.now(); setTimeout(() => console.log(Date.now() - t >= 36e5), 36e5)";
    assert_eq!(run(slept, ""), (Exit::Finished, "true\n".to_owned()));
}

#[test]
fn a_whole_program_reads_its_input_and_ends_as_it_likes() {
    let finished = |text: &str| (Exit::Finished, text.to_owned());
    for source in [
        "const s = require('fs').readFileSync(0, 'utf8'); console.log(s.trim().split(/\\s+/).join('-'))",
        "const s = require('fs').readFileSync('/dev/stdin').toString(); \
         console.log(s.trim().split(/\\s+/).join('-'))",
        "let s = ''; process.stdin.on('data', (c) => (s += c)); \
         process.stdin.on('end', () => console.log(s.trim().split(/\\s+/).join('-')))",
        "let s = ''; process.stdin.setEncoding('utf8'); process.stdin.on('readable', () => { let c; \
         while ((c = process.stdin.read()) !== null) s += c }).on('end', () => \
         console.log(s.trim().split(/\\s+/).join('-')))",
        "const rl = require('readline').createInterface({ input: process.stdin }); const all = []; \
         rl.on('line', (l) => all.push(...l.split(' '))); rl.on('close', () => console.log(all.join('-')))",
        "const rl = require('readline').createInterface({ input: process.stdin }); (async () => { \
         const all = []; for await (const l of rl) all.push(...l.split(' ')); console.log(all.join('-')) })()",
        "const rl = require('readline').createInterface({ input: process.stdin, output: process.stdout }); \
         rl.question('', (a) => rl.question('', (b) => { console.log((a + ' ' + b).replaceAll(' ', '-')); rl.close() }))",
        "import { createInterface } from 'node:readline/promises';\nconst rl = createInterface({ input: \
         process.stdin });\nconst a = await rl.question(''), b = await rl.question('');\n\
         console.log((a + ' ' + b).replaceAll(' ', '-'));",
        "import * as fs from 'fs';\nconsole.log(fs.readFileSync(0, 'utf8').trim().split(/\\s+/).join('-'))",
    ] {
        assert_eq!(run(source, "1 2\n3\n"), finished("1-2-3\n"), "{source}");
    }
    let exited = |status, text: &str| (Exit::Exited { status }, text.to_owned());
    assert_eq!(
        run("console.log('a'); process.exit(2)", ""),
        exited(2, "a\n")
    );
    assert_eq!(
        run("process.exitCode = 4; console.log('b')", ""),
        exited(4, "b\n")
    );
    assert_eq!(run("console.log('c'); process.exit()", ""), finished("c\n"));
    assert_eq!(run("console.log('d'); return", ""), finished("d\n"));
    assert_eq!(
        run("process.on('exit', () => console.log('e'))", ""),
        finished("e\n")
    );
    assert_eq!(
        run("await new Promise(() => 0)\nexport {}", ""),
        exited(13, "")
    );
    let order = "setTimeout(() => console.log(4), 2); setTimeout(() => console.log(3)); \
                 Promise.resolve().then(() => console.log(2)); console.log(1)";
    assert_eq!(run(order, ""), finished("1\n2\n3\n4\n"));
    let thrown = run("console.log('x')\nthrow new Error('y')", "");
    assert_eq!(thrown, (raised("Error", "y", 2), "x\n".to_owned()));
}

#[test]
fn console_writes_values_as_node_does() {
    // Both files belong together: the second is what node 20 prints for the first.
    let (exit, printed) = run(include_str!("console.js"), "");
    assert_eq!(exit, Exit::Finished);
    assert_eq!(printed, include_str!("console.txt"));
}

#[test]
fn there_is_no_file_no_network_no_environment_and_no_process() {
    for act in [
        "require('fs').readFileSync('/etc/passwd')",
        "require('fs').writeFileSync('x', '')",
        "require('child_process').execSync('true')",
        "require('http')",
        "require('./other')",
        "fetch('http://127.0.0.1')",
        "new Worker('x')",
        "process.env.HOME.length",
        "process.binding('fs')",
    ] {
        let (exit, _) = answer(&format!("function f(x) {{ return {act} }}"));
        assert!(matches!(exit, Exit::Raised { .. }), "{act}: {exit:?}");
    }
}

#[test]
fn typescript_runs_without_its_types() {
    let source = "interface P { a: number }\nenum Color { Red, Green = 5 }\nnamespace N { export const x = 1 }\n\
                  declare var require: any;\nclass A<T> { constructor(private x: T) {} get(): T { return this.x } }\n\
                  const f = (x: number): number => new A<number>(x + N.x + Color.Green).get() as number;\n\
                  const wrong: string = 5;";
    let task = |code: &str| Task::Test {
        trusted: "type T = number".to_owned(),
        proxied: vec!["f".to_owned()],
        cases: vec![code.to_owned()],
    };
    let code = "const assert = require('node:assert');\nfunction test() { let candidate: any = f; \
                assert.deepEqual(candidate(1), 7); }\ntest();";
    let exit = |source, code| {
        judge_in(Language::TypeScript, source, task(code))
            .cases
            .remove(0)
            .exit
    };
    assert_eq!(exit(source, code), Exit::Finished);
    let failed = exit("function f(x: number): number { return 1 }", code);
    assert!(matches!(failed, Exit::TestFailed { .. }), "{failed:?}");
    let thrown = exit(
        "interface P {\n  a: number\n}\n\nfunction f(x: number): P {\n  throw new Error('no')\n}",
        code,
    );
    assert_eq!(thrown, raised("Error", "no", 6));
    for (source, line) in [
        ("let a: number = 1;\nlet b: string = ;", 2),
        ("let a = 1;\nlet a = 2;\n", 0),
        ("function f(: number) {}", 1),
    ] {
        let record = judge_in(Language::TypeScript, source, task(code));
        match record.load {
            Exit::NotCompiled { line: found, .. } if line == 0 || found == line => {}
            exit => panic!("{source}: {exit:?}"),
        }
    }
    let program = "import * as readline from 'readline';\nconst rl = readline.createInterface({ input: \
                   process.stdin });\nconst lines: string[] = [];\nrl.on('line', (l: string) => lines.push(l));\n\
                   rl.on('close', (): void => console.log(lines.map(Number).reduce((a, b) => a + b)));";
    let ran = run_in(Language::TypeScript, program, "1\n2\n");
    assert_eq!(ran, (Exit::Finished, "3\n".to_owned()));
}

#[test]
fn a_typescript_bomb_does_not_take_the_worker_along() {
    for source in [
        "(".repeat(200_000),
        "{".repeat(200_000) + &"}".repeat(200_000),
        "!".repeat(250_000) + "1",
        "x=>".repeat(80_000) + "1",
        "let a: ".to_owned() + &"A<".repeat(60_000) + "1",
        "1+".repeat(120_000) + "1",
    ] {
        let stdin = vec![Vec::new()];
        let record = judge_in(Language::TypeScript, &source, Task::Run { stdin });
        let exit = &record.cases[0].exit;
        assert!(!matches!(exit, Exit::Crashed { .. }), "{exit:?}");
    }
}

#[test]
fn an_instance_that_was_put_back_gives_the_records_of_a_fresh_one() {
    let sources = [
        "function f(x) { return [x, x, x] }",
        "function f(x) { return [Math.random(), Date.now(), performance.now()] }",
        "Array.prototype.map = null; globalThis.g = 1; function f(x) { return x }",
        "function f(x) { return [typeof g, [1].map(String)] }",
        "function f(x) { while (true); }",
        "function f(x) { process.exit(0) }",
        "function f(x) { return f(x) }",
        "function f(x) { console.log('x'.repeat(5000)); return Array(20000).fill(x)[x] }",
        "function f(x) { return 'a'.repeat(2 ** 29) }",
        "let f = (x) => 'abc'.length",
    ];
    with_runner(move |runner| {
        let cache = Cache::locate().unwrap();
        let guest = provision(Language::JavaScript, &cache, &|_| ()).unwrap();
        let mut reused = 0;
        for round in 0..3 {
            for source in sources {
                let task = Task::Call {
                    entry_point: "f".to_owned(),
                    parameters: None,
                    arguments: vec![vec![int(1)]; 2],
                };
                let job = job(Language::JavaScript, source, task);
                let fresh = JavaScript::open(&runner.engine, &guest.compiled).unwrap();
                reused += usize::from(!runner.idle.borrow().is_empty());
                let record = runner.judge(&job, &[]).unwrap();
                assert_eq!(record, fresh.judge(&job, &[]).unwrap(), "{round} {source}");
            }
        }
        assert!(
            runner.kernel.is_none() || reused > 15,
            "{reused} instances were reused"
        );
    });
}
