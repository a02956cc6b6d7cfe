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

#[test]
fn what_a_worker_judged_before_changes_nothing_that_a_program_can_see() {
    let folder = Folder::new();
    folder.write("p.jsonl", jsonl(&[problem("T/0")]));
    // Each shows what it sees in an exception's text. Those between end an instance in other ways, so
    // that the next program has a fresh one, one that was put back, or the second of a kind.
    let probes = [
        "    import os, secrets\n    raise ValueError(os.urandom(8), secrets.token_hex())\n",
        "    import uuid\n    raise ValueError(uuid.uuid4(), uuid.uuid1())\n",
        "    import random\n    raise ValueError(random.SystemRandom().random(), random.random())\n",
        "    import time\n    raise ValueError(time.time_ns(), time.monotonic_ns())\n",
        "    import gc\n    raise ValueError(len(gc.get_objects()), gc.get_count(), id([]))\n",
        "    raise ValueError({'one', 'two', 'three'}, {object for _ in 'ab'}, hash(object()))\n",
    ];
    let between = [
        RIGHT,
        "    import os\n    os._exit(0)\n",
        "    while True:\n        pass\n",
        "    return len([0] * 10_000_000)\n",
        "    return c\n",
        "    kept = []\n    while True:\n        kept.append(bytearray(1 << 20))\n",
    ];
    let rows: Vec<_> = probes
        .iter()
        .flat_map(|probe| {
            let pairs = between.iter().flat_map(|other| [*probe, *other]);
            pairs.map(|code| sample("T/0", code)).collect::<Vec<_>>()
        })
        .collect();
    folder.write("s.jsonl", jsonl(&rows));
    rewardsmith!("eval", "--problems", "p.jsonl", "--samples", "s.jsonl")
        .words("--jobs 1 --no-reuse --fuel 100000000")
        .within(folder.path())
        .run(0);
    let records = folder.json_lines("s.jsonl_records.jsonl");
    for (probe, group) in probes.iter().zip(records.chunks(2 * between.len())) {
        let seen = |record: &serde_json::Value| (record["detail"].clone(), record["fuel"].clone());
        let first = seen(&group[0]);
        assert!(first.0.to_string().contains("ValueError"), "{}", group[0]);
        for record in group.iter().step_by(2) {
            assert_eq!(seen(record), first, "{probe}");
        }
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
    "    import uuid\n    raise ValueError(uuid.uuid4(), uuid.uuid1())\n",
    "    import os\n    raise ValueError(os.urandom(8))\n",
    "    import time\n    raise ValueError(time.time_ns(), time.localtime())\n",
    "    import random\n    raise ValueError(random.random())\n",
    "    raise ValueError(id([]), {'one', 'two', 'three'}, {object for _ in 'ab'})\n",
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
        let command = command
            .words("--fuel 200000000 --no-reuse --jobs")
            .arg(jobs);
        command.within(folder.path()).run(0);
        folder.files()
    };
    for problems in ["p.jsonl", "code.jsonl"] {
        let first = files(problems, "1");
        for jobs in ["2", "4", "8", "16", "1", "2"] {
            assert_eq!(
                files(problems, jobs),
                first,
                "{problems} with {jobs} workers"
            );
        }
    }
}
