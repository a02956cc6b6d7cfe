//! What the Python guest and its judge do, case by case. The guest comes from the user's cache and
//! is built there if need be.

mod inner_loop;

use std::thread;

use num_bigint::BigInt;

use super::Python;
use crate::engine::{THREAD_STACK_BYTES, engine};
use crate::toolchain::Runner as _;
use crate::{Cache, Exit, Fuel, Job, Language, Limits, Record, Task, Value, provision};

/// Judges a program, on a thread with a worker's stack.
fn judge(source: &str, task: Task) -> Record {
    let job = Job {
        language: Language::Python,
        source: source.to_owned(),
        task,
        limits: Limits {
            fuel: Fuel(1_000_000_000),
            memory_bytes: 128 << 20,
            output_bytes: 1 << 16,
            ..Limits::default()
        },
    };
    let work = move || {
        let cache = Cache::locate().unwrap();
        let guest = provision(Language::Python, &cache, &|_| ()).unwrap();
        let python = Python::open(&engine().unwrap(), &guest.compiled).unwrap();
        let record = python.judge(&job, &[]).unwrap();
        let again = python.judge(&job, &[]).unwrap();
        assert_eq!(record, again, "a record is a pure function of its job");
        record
    };
    let worker = thread::Builder::new().stack_size(THREAD_STACK_BYTES);
    worker.spawn(work).unwrap().join().unwrap()
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
    assert_eq!(record.load, Exit::Finished);
    let case = record.cases.remove(0);
    (case.exit, case.answer)
}

/// The exit of one piece of test code, with `f` the candidate's.
fn test(source: &str, code: &str) -> Exit {
    let task = Task::Test {
        trusted: "def helper(x):\n    return x + 1\n\ndef f(x):\n    return 'trusted'\n".to_owned(),
        proxied: vec!["f".to_owned()],
        cases: vec![code.to_owned()],
    };
    let record = judge(source, task);
    assert_eq!(record.load, Exit::Finished);
    record.cases[0].exit.clone()
}

fn int(value: i64) -> Value {
    Value::Int(BigInt::from(value))
}

fn violation(exit: &Exit) -> bool {
    matches!(exit, Exit::Violation { .. })
}

#[test]
fn a_function_answers_with_plain_values_of_every_type() {
    let source = "def f(x):\n    return [None, True, 2**100, .5, 1j, 'é', b'\\0', (x,), {x: {x}}]";
    let (exit, value) = answer(source);
    let expected = Value::List(vec![
        Value::None,
        Value::Bool(true),
        Value::Int(BigInt::from(1) << 100),
        Value::Float(0.5),
        Value::Complex(0.0, 1.0),
        Value::Str("é".into()),
        Value::Bytes(vec![0]),
        Value::Tuple(vec![int(1)]),
        Value::Dict(vec![(int(1), Value::Set(vec![int(1)]))]),
    ]);
    assert_eq!((exit, value), (Exit::Finished, Some(expected)));
}

#[test]
fn known_containers_cross_as_their_plain_kin_and_other_objects_do_not() {
    let plain_kin = "from collections import *\ndef f(x):\n    return [Counter('aab'), deque([1])]";
    let counted = Value::Dict(vec![
        (Value::Str("a".into()), int(2)),
        (Value::Str("b".into()), int(1)),
    ]);
    assert_eq!(
        answer(plain_kin).1,
        Some(Value::List(vec![counted, Value::List(vec![int(1)])]))
    );
    for source in [
        "class I(int):\n    def __eq__(self, o): return True\ndef f(x):\n    return I(1)",
        "def f(x):\n    return (i for i in [1])",
        "def f(x):\n    return object()",
        "def f(x):\n    a = []\n    a.append(a)\n    return a",
        "def f(x):\n    a = []\n    for _ in range(200000): a = [a]\n    return a",
    ] {
        let (exit, _) = answer(source);
        assert!(violation(&exit), "{source}: {exit:?}");
    }
}

#[test]
fn whatever_ends_a_guest_is_named() {
    let raised = |kind: &str, message: &str, line| Exit::Raised {
        kind: kind.to_owned(),
        message: message.to_owned(),
        line,
    };
    for (source, exit) in [
        ("def f(x):\n    while True: pass", Exit::OutOfFuel),
        (
            "def f(x):\n    try:\n        while True: pass\n    finally: return 1",
            Exit::OutOfFuel,
        ),
        ("def f(x):\n    return 'a' * 10**9", Exit::OutOfMemory),
        (
            "def f(x):\n    a = []\n    while True: a.append(bytes(4000))",
            Exit::OutOfMemory,
        ),
        (
            "def f(x):\n    while True: print('x' * 100)",
            Exit::OutputLimit,
        ),
        ("def f(x):\n    return 'x' * 100000", Exit::OutputLimit),
        (
            "import os\ndef f(x):\n    os._exit(3)",
            Exit::Exited { status: 1 },
        ),
        (
            "import sys\ndef f(x):\n    sys.exit(0)",
            raised("SystemExit", "0", 3),
        ),
        (
            "def f(x):\n    return 1 // (x - 1)",
            raised("ZeroDivisionError", "division by zero", 2),
        ),
        (
            "def g(x): pass",
            raised("NameError", "the program defines no `f`", 0),
        ),
    ] {
        assert_eq!(answer(source).0, exit, "{source}");
    }
}

#[test]
fn a_source_that_does_not_compile_is_told_from_one_that_fails_when_loaded() {
    let load = |source: &str| call(source, vec![vec![]]).load;
    assert!(matches!(
        load("def f(:\n"),
        Exit::NotCompiled { line: 1, .. }
    ));
    assert!(matches!(load("x = '\0'"), Exit::NotCompiled { .. }));
    assert!(matches!(
        load(&"(".repeat(100_000)),
        Exit::NotCompiled { .. }
    ));
    assert!(
        matches!(load("import numpy"), Exit::Raised { kind, .. } if kind == "ModuleNotFoundError")
    );
}

#[test]
fn a_case_that_raises_leaves_the_next_one_to_be_judged_and_one_that_kills_does_not() {
    let source = "import os\ndef f(x):\n    if x == 2: os._exit(0)\n    return 1 // x";
    let record = call(source, (0..4).map(|x| vec![int(x)]).collect());
    let exits: Vec<_> = record.cases.iter().map(|case| &case.exit).collect();
    assert!(matches!(exits[0], Exit::Raised { .. }));
    assert_eq!(exits[1..], [&Exit::Finished, &Exit::Exited { status: 0 }]);
}

#[test]
fn tests_in_another_instance_see_answers_mutations_and_exceptions() {
    for (source, code) in [
        (
            "def f(x):\n    return x * 2",
            "assert f(4) == 8 and helper(1) == 2",
        ),
        (
            "def f(x, y=0, *, z):\n    return [x, y, z]",
            "assert f(1, z=3) == [1, 0, 3]",
        ),
        (
            "def f(x):\n    x.sort()",
            "a = [2, 1]\nb = a\nassert f(a) is None and b == [1, 2]",
        ),
        (
            "def f(x):\n    x[0].append(1); x.append(2)",
            "inner = []\nouter = [inner]\nf(outer)\nassert inner == [1] and outer == [inner, 2]",
        ),
        (
            "def f(x):\n    x['b'] = x.pop('a')",
            "d = {'a': 1}\nf(d)\nassert d == {'b': 1}",
        ),
        (
            "class Own(ValueError): pass\ndef f(x):\n    raise Own('no')",
            "try:\n    f(1)\nexcept ValueError as e:\n    assert str(e) == 'no'\nelse:\n    assert 0",
        ),
        ("def f(x):\n    return float('nan')", "assert f(1) != f(1)"),
    ] {
        assert_eq!(test(source, code), Exit::Finished, "{source}");
    }
}

#[test]
fn tests_tell_a_wrong_answer_from_an_exception_of_the_candidate() {
    let failed = test("def f(x):\n    return 1", "assert f(1) == 2, 'off by one'");
    let message = "off by one".to_owned();
    assert_eq!(
        failed,
        Exit::TestFailed {
            kind: "AssertionError".to_owned(),
            message
        }
    );
    let raised = test("def f(x):\n    assert False", "f(1)");
    assert!(matches!(raised, Exit::Raised { line: 2, .. }), "{raised:?}");
    let broken = test("def f(x):\n    return 1", "assert f(lambda: 1)");
    assert!(matches!(broken, Exit::Unjudgeable { .. }), "{broken:?}");
}

#[test]
fn a_candidate_cannot_reach_the_judge_or_forge_its_replies() {
    for source in [
        "import wit_world\ndef f(x):\n    return wit_world.cross('f', b'')",
        "import sys\ndef f(x):\n    sys.modules['app'].answer = lambda *a: b'forged'",
        "import sys\ndef f(x):\n    sys.modules['app'].answer = lambda *a: b'(\\x01\\0\\0\\0N'",
        "import sys\napp = sys.modules['app']\ndef f(x):\n    app.answer = lambda *a: \
         app.encode(('failed', 'x', 'y'))",
    ] {
        let exit = test(source, "f(1)");
        assert!(violation(&exit), "{source}: {exit:?}");
    }
}

#[test]
fn clock_sleep_randomness_and_hashes_are_the_same_in_every_instance() {
    let source = "import time, random, uuid, os, datetime\ndef f(x):\n    t = time.time()\n    \
                  time.sleep(3600)\n    return [time.time() - t >= 3600, datetime.datetime.now().year, \
                  random.random(), str(uuid.uuid4()), os.urandom(4), hash('a'), list({'a', 'b', 'c'})]";
    // `judge` compares two instances; here it is enough that time passed as it said.
    let (exit, value) = answer(source);
    assert_eq!(exit, Exit::Finished);
    let Some(Value::List(items)) = value else {
        panic!("a list was returned")
    };
    assert_eq!(items[..2], [Value::Bool(true), int(2024)]);
}

#[test]
fn there_is_no_file_no_network_no_environment_and_no_process() {
    for act in [
        "open('/etc/passwd')",
        "open('x', 'w')",
        "os.listdir('/')",
        "os.mkdir('x')",
        "socket.create_connection(('127.0.0.1', 80))",
        "socket.getaddrinfo('localhost', 80)",
        "os.system('true')",
        "subprocess.run(['true'])",
        "os.fork()",
        "__import__('ctypes')",
        "os.environ['HOME']",
        "threading.Thread(target=print).start()",
    ] {
        let source = format!(
            "import os, subprocess, threading\ntry:\n    import socket\nexcept ImportError: pass\n\
             def f(x):\n    return {act}"
        );
        let (exit, _) = answer(&source);
        assert!(matches!(exit, Exit::Raised { .. }), "{act}: {exit:?}");
    }
}

#[test]
fn a_whole_program_reads_its_input_and_ends_as_it_likes() {
    let run = |source: &str, stdin: &str| {
        let mut record = judge(
            source,
            Task::Run {
                stdin: vec![stdin.as_bytes().to_vec()],
            },
        );
        record.cases.remove(0)
    };
    let sum = run(
        "import sys\nprint(sum(map(int, sys.stdin.read().split())))",
        "1 2\n3\n",
    );
    assert_eq!((sum.exit, &sum.stdout[..]), (Exit::Finished, &b"6\n"[..]));
    let lines = run(
        "a = input()\nb = input()\nprint(b, a)\nraise SystemExit",
        "x\ny\n",
    );
    assert_eq!(
        (lines.exit, &lines.stdout[..]),
        (Exit::Finished, &b"y x\n"[..])
    );
    let main = run(
        "if __name__ == '__main__':\n    print('main')\n    exit(2)",
        "",
    );
    assert_eq!(
        (main.exit, &main.stdout[..]),
        (Exit::Exited { status: 2 }, &b"main\n"[..])
    );
}

#[test]
fn the_standard_library_is_there() {
    let modules = "abc array ast asyncio base64 bisect calendar cmath collections copy csv dataclasses \
                   datetime decimal difflib enum fractions functools hashlib heapq html itertools json \
                   keyword logging math operator pickle pprint queue random re secrets statistics \
                   string struct textwrap threading time traceback types typing unicodedata unittest \
                   unittest.mock urllib.parse uuid xml.etree.ElementTree zlib zoneinfo";
    let source = format!(
        "import importlib\ndef f(x):\n    missing = []\n    for name in '{modules}'.split():\n        \
         try:\n            importlib.import_module(name)\n        except ImportError:\n            \
         missing.append(name)\n    return missing"
    );
    assert_eq!(
        answer(&source),
        (Exit::Finished, Some(Value::List(Vec::new())))
    );
}

#[test]
fn an_instance_that_was_put_back_gives_the_records_of_a_fresh_one() {
    let sources = [
        "def f(x):\n    return [x] * 3",
        "import random, time\ndef f(x):\n    return [random.random(), time.time(), id(x), hash('a')]",
        "import sys\nsys.modules['app'].answer = None\ndef f(x):\n    return x",
        "import builtins\nbuiltins.len = None\ndef f(x):\n    return sorted({'a', 'b', str(x)})",
        "def f(x):\n    print('x' * 5000)\n    return list(range(20000))[x]",
        "def f(x):\n    return len('abc')",
    ];
    let work = move || {
        let cache = Cache::locate().unwrap();
        let guest = provision(Language::Python, &cache, &|_| ()).unwrap();
        let engine = engine().unwrap();
        let python = Python::open(&engine, &guest.compiled).unwrap();
        let job = |source: &str| Job {
            language: Language::Python,
            source: source.to_owned(),
            task: Task::Call {
                entry_point: "f".to_owned(),
                parameters: None,
                arguments: vec![vec![int(1)]; 2],
            },
            limits: Limits::default(),
        };
        let mut reused = 0;
        for round in 0..3 {
            for source in sources {
                let fresh = Python::open(&engine, &guest.compiled).unwrap();
                let before = python.idle.borrow().len();
                let record = python.judge(&job(source), &[]).unwrap();
                reused += usize::from(before > 0);
                assert_eq!(
                    record,
                    fresh.judge(&job(source), &[]).unwrap(),
                    "{round} {source}"
                );
            }
        }
        assert!(
            python.kernel.is_none() || reused > 10,
            "{reused} instances were reused"
        );
    };
    let worker = thread::Builder::new().stack_size(THREAD_STACK_BYTES);
    worker.spawn(work).unwrap().join().unwrap();
}
