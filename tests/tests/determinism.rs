//! The same bytes whatever the number of workers and however often it is run.

use tests::{Folder, RIGHT, WRONG, evalplus_problem, jsonl, problem, rewardsmith, sample};

/// Programs that show whatever a machine could tell them apart by.
const PROBES: &[(&str, &str)] = &[
    (
        "the clock",
        "import time\nprint(time.time(), time.monotonic(), time.perf_counter_ns())",
    ),
    (
        "the date",
        "import datetime\nprint(datetime.datetime.now(), time.localtime())",
    ),
    ("sleep", "time.sleep(3600)\nprint(time.time())"),
    (
        "random",
        "import random\nprint(random.random(), random.sample(range(99), 5))",
    ),
    (
        "the system's random",
        "import os, secrets\nprint(os.urandom(8), secrets.token_hex())",
    ),
    ("uuid", "import uuid\nprint(uuid.uuid4(), uuid.uuid1())"),
    (
        "hashes",
        "print(hash('a'), hash(b'b'), hash(('c', 1.5)), hash(object()))",
    ),
    (
        "the order of sets",
        "print({'one', 'two', 'three', 'four', 'five'}, {object for _ in 'ab'})",
    ),
    ("addresses", "print(id([]), object())"),
    (
        "the environment",
        "import os\nprint(dict(os.environ), os.getpid(), os.getcwd())",
    ),
    (
        "files",
        "import os\nprint(os.listdir('.') if os.path.exists('.') else 'none')",
    ),
];

#[test]
fn what_machines_differ_in_looks_the_same_to_every_program() {
    // Each by itself, so that one that may not be answered does not hide the others.
    let probe = |(name, code): &(&str, &str)| {
        let code = code.replace('\n', "\n    ");
        format!("print({name:?})\ntry:\n    {code}\nexcept Exception as error:\n    print(error)\n")
    };
    let probes: Vec<String> = PROBES.iter().map(probe).collect();
    let program = format!("import time\n{}", probes.concat());
    let folder = Folder::new();
    folder.write("probe.py", program);
    let run = |variable: &str, value: &str| {
        let command = rewardsmith!("run", "probe.py").within(folder.path());
        let said = command.env(variable, value).run(0);
        assert_eq!(said.summary()["verdict"], "passed", "{said:#?}");
        said.stdout
    };
    let first = run("TZ", "UTC");
    for (variable, value) in [
        ("TZ", "Asia/Tokyo"),
        ("PYTHONHASHSEED", "7"),
        ("LANG", "tr_TR.UTF-8"),
        ("SECRET", "x"),
    ] {
        assert_eq!(run(variable, value), first, "with {variable}={value}");
    }
    for (name, _) in PROBES {
        assert!(first.contains(name), "the program came to `{name}`");
    }
}

/// Candidates whose verdict or fuel would show an accident.
const CANDIDATES: &[&str] = &[
    RIGHT,
    WRONG,
    "    import random\n    return a + b + (random.random() < 0.5)\n",
    "    import time\n    return a + b + int(time.time() * 1000) % 2\n",
    "    for name in {'one', 'two', 'three'}:\n        if name == 'two':\n            return a + b\n        a, b = b, a + 1\n",
    "    return a + b + id(object()) // 16 % 2\n",
    "    return [i for i in range(a * 1000)] and a + b\n",
    "    kept = []\n    while True:\n        kept.append(bytearray(1 << 20))\n",
    "    while True:\n        pass\n",
    "    raise ValueError(hash(str(a)))\n",
    "    raise ValueError(object())\n",
];

#[test]
fn any_number_of_workers_gives_the_same_bytes_every_time() {
    let folder = Folder::new();
    let problems = [evalplus_problem("T/0"), evalplus_problem("T/1")];
    folder.write("p.jsonl", jsonl(&problems));
    folder.write("code.jsonl", jsonl(&[problem("T/0"), problem("T/1")]));
    let rows: Vec<_> = CANDIDATES
        .iter()
        .flat_map(|code| [sample("T/0", code), sample("T/1", code)])
        .collect();
    folder.write("s.jsonl", jsonl(&rows));
    let files = |problems: &str, jobs: &str| {
        let command = rewardsmith!("eval", "--samples", "s.jsonl", "--problems", problems);
        let command = command.words("--fuel 200000000 --jobs").arg(jobs);
        command.within(folder.path()).run(0);
        folder.files()
    };
    for problems in ["p.jsonl", "code.jsonl"] {
        let first = files(problems, "1");
        for jobs in ["2", "4", "1", "2", "4"] {
            assert_eq!(
                files(problems, jobs),
                first,
                "{problems} with {jobs} workers"
            );
        }
    }
}
