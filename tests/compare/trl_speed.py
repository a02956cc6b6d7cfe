"""Measures learning from rewards beside TRL's GRPOTrainer, in alternation in one run.

    python3 tests/compare/trl_speed.py target/release/rewardsmith

Both start from one model folder and take the same steps: 16 prompts, 8 samples each, two updates, a
KL term to the first policy, temperature 1, at most 96 new tokens, f32 (ours with `--dtype bf16`
trains with products in bf16), two threads. What is compared is a whole step: sampled tokens (the
end token among them, padding not) over the time of sampling, rewards, the reference's reading and
both updates. The first step of each run is warming up and not counted, nor is the last one of
rewardsmith. Processor time is that of the process and, with rewardsmith, of its workers as well, as
the system counts it between the first counted step's begin and the last one's end.

The prompts are the same set on both sides, each asked once, in an order of each side's own. Lengths
are not forced: one model at one temperature writes answers of one distribution, which is what is
trained, and the mean lengths are shown so that one can see it. rewardsmith judges every answer by its
tests in the sandbox. TRL's reward is a checksum of the text, which costs nothing: that favours TRL.
TRL runs as it comes, but for what slows it down at this size: no gradient checkpointing, no logging,
no saving. Where other programs run as well, its waiting threads spin and count as processor time:
with OMP_WAIT_POLICY=passive in the environment they sleep, which on an idle machine costs time.

Without `--start` a model is first trained for some minutes by `sft-tiny` on fewer rows. The first run
makes an environment of its own in the user's cache folder (about 5 GB, from PyPI); `--python FILE`
takes a Python that has torch, transformers and trl already.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PACKAGES = ["torch==2.11.0", "transformers==5.24.0", "trl==1.16.0"]
GROUP, PER_STEP, LONGEST = 8, 16, 96

START = """
algorithm = "sft"
threads = {threads}
[model]
preset = "tiny"
vocab_size = 1024
[data]
source = "builtin:micro"
rows = 40000
bugs = 0.35
stubs = 0.06
mask_prompt = true
[optimiser]
batch_tokens = 2048
lr = 3e-3
lr_floor = 0.02
warmup_steps = 100
"""

OURS = """
algorithm = "grpo"
threads = {threads}
dtype = "{dtype}"
[model]
folder = "{start}"
[prompts]
problems = "builtin:micro/train?n={problems}&seed=1"
per_step = {per_step}
group = {group}
[sampling]
max_new_tokens = {longest}
[loss]
beta = 0.02
[optimiser]
steps = {steps}
minibatches = 2
lr = 1e-4
[checkpoint]
every = 0
"""


def environment():
    """The Python of an environment with TRL, made on first use."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "rewardsmith-compare" / "trl"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "ready").touch()
    return python


def processor_seconds(process):
    """Seconds of processor time of a process so far."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Watch(threading.Thread):
    """Notes what a run and its workers have spent whenever its metrics have another line."""

    def __init__(self, process, metrics):
        super().__init__(daemon=True)
        self.process, self.metrics, self.notes = process, metrics, {}

    def run(self):
        while True:
            lines = self.metrics.read_bytes().count(b"\n") if self.metrics.exists() else 0
            if lines not in self.notes:
                try:
                    tasks = Path(f"/proc/{self.process}/task").iterdir()
                    children = [(task / "children").read_text().split() for task in tasks]
                    workers = sum(processor_seconds(child) for some in children for child in some)
                    self.notes[lines] = (processor_seconds(self.process), workers)
                except OSError:
                    return
            time.sleep(0.01)


def ours(options, folder, number):
    """One run of `rewardsmith train`."""
    out = folder / f"run-{number}"
    config = folder / "ours.toml"
    config.write_text(OURS.format(**shared(options)))
    words = [options.binary, "train", config, "--out", out, "--jobs", str(options.threads)]
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    watch = Watch(child.pid, out / "metrics.jsonl")
    watch.start()
    if child.wait() != 0:
        sys.exit(f"`{' '.join(map(str, words))}` failed; run it by hand to see why")
    steps = [json.loads(line) for line in (out / "metrics.jsonl").read_text().splitlines()]
    # The process may end before the last line's note is taken.
    first, last, counted = steps[0], steps[-2], steps[1:-1]
    total = lambda name: sum(step[name] for step in counted)
    tokens = sum(step["completion_length_mean"] * step["rollouts"] for step in counted)
    own, workers = (b - a for a, b in zip(watch.notes[1], watch.notes[len(steps) - 1]))
    return {
        "tokens": tokens,
        "length": tokens / total("rollouts"),
        "wall": last["seconds"] - first["seconds"],
        "cpu": own + workers,
        "sampling": total("seconds_sampling"),
        "judging": total("seconds_judging"),
        "training": total("seconds_training"),
        "cpu_workers": workers,
        "judged": total("programs_judged") / total("rollouts"),
    }


def theirs(options, folder, number):
    """One run of TRL, in a process of its own."""
    python = options.python or environment()
    words = [python, __file__, options.binary, "--child", json.dumps(shared(options))]
    variables = dict(os.environ, OMP_NUM_THREADS=str(options.threads), CUDA_VISIBLE_DEVICES="")
    done = subprocess.run(words, env=variables, cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr[-2000:])
    return json.loads(done.stdout.splitlines()[-1])


def shared(options):
    """What both sides are told."""
    return {
        "start": str(Path(options.start).resolve()),
        "threads": options.threads,
        "dtype": options.dtype,
        "steps": options.steps,
        "problems": options.steps * PER_STEP,
        "per_step": PER_STEP,
        "group": GROUP,
        "longest": LONGEST,
    }


def prompts(binary, problems):
    """The prompts of the suite as a model sees them."""
    words = [binary, "prompts", "--format", "jsonl", "--problems", f"builtin:micro/train?n={problems}&seed=1"]
    said = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    return [json.loads(line)["prompt"] for line in said.splitlines()]


def child(binary, told):
    """Trains with TRL and prints one line."""
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, PreTrainedTokenizerFast, TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    torch.set_num_threads(told["threads"])
    folder = Path(told["start"])
    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32)
    tokenizer = PreTrainedTokenizerFast(tokenizer_file=str(folder / "tokenizer.json"))
    of = lambda name: tokenizer.convert_ids_to_tokens(model.config.to_dict()[name])
    begin, tokenizer.eos_token = of("bos_token_id"), of("eos_token_id")
    tokenizer.pad_token = tokenizer.convert_ids_to_tokens(2)
    asked = [{"prompt": begin + prompt} for prompt in prompts(binary, told["problems"])]
    samples = told["per_step"] * told["group"]
    lengths, marks = [], []

    def reward(completions, completion_ids, **_):
        lengths.append([len(ids) for ids in completion_ids])
        return [float(sum(map(ord, text)) % 2) for text in completions]

    class Marks(TrainerCallback):
        def on_step_end(self, *_, **__):
            marks.append((time.perf_counter(), time.process_time()))

    arguments = GRPOConfig(
        output_dir="trl",
        use_cpu=True,
        bf16=False,
        gradient_checkpointing=False,
        per_device_train_batch_size=samples // 2,
        steps_per_generation=2,
        num_generations=told["group"],
        max_completion_length=told["longest"],
        max_steps=2 * told["steps"],
        beta=0.02,
        epsilon=0.2,
        loss_type="grpo",
        temperature=1.0,
        learning_rate=1e-4,
        lr_scheduler_type="constant",
        max_grad_norm=1.0,
        logging_strategy="no",
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    trainer = GRPOTrainer(
        model=model,
        reward_funcs=reward,
        args=arguments,
        train_dataset=Dataset.from_list(asked),
        processing_class=tokenizer,
        callbacks=[Marks()],
    )
    trainer.train()
    # Two updates a step: the first step ends with the second mark.
    counted = lengths[1:]
    if len(marks) != 2 * told["steps"] or len(lengths) != told["steps"]:
        sys.exit(f"{len(marks)} updates and {len(lengths)} rounds of samples; a step was to be two and one")
    (wall_a, cpu_a), (wall_b, cpu_b) = marks[1], marks[-1]
    tokens = sum(map(sum, counted))
    line = {"tokens": tokens, "length": tokens / sum(map(len, counted)), "wall": wall_b - wall_a, "cpu": cpu_b - cpu_a}
    print(json.dumps(line), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", help="the built command")
    parser.add_argument("--start", help="a model folder to start from")
    parser.add_argument("--steps", type=int, default=12, help="of a run, the first one not counted")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--dtype", default="f32", choices=["f32", "bf16"], help="ours")
    parser.add_argument("--python", help="one that has torch, transformers and trl")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options.binary, json.loads(options.child))
        return
    options.binary = str(Path(options.binary).resolve())
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        if not options.start:
            config = folder / "start.toml"
            config.write_text(START.format(threads=options.threads))
            words = [options.binary, "train", config, "--out", folder / "start"]
            subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
            options.start = folder / "start" / "checkpoint"
        rounds = []
        for number in range(options.rounds):
            rounds.append((ours(options, folder, number), theirs(options, folder, number)))
            show(number, *rounds[-1])
    for kind, what in [("wall", "by the clock"), ("cpu", "by processor time")]:
        ratios = [rate(a, kind) / rate(b, kind) for a, b in rounds]
        each = ", ".join(f"{ratio:.1f}" for ratio in ratios)
        print(f"{what}: {statistics.median(ratios):.1f} times TRL's tokens a second ({each})")


def rate(side, kind):
    """Tokens a second."""
    return side["tokens"] / side[kind]


def show(number, a, b):
    """A round."""
    print(f"round {number + 1}")
    for name, side in [("rewardsmith", a), ("TRL", b)]:
        print(
            f"  {name:12} {rate(side, 'wall'):7.0f} tokens a second, {rate(side, 'cpu'):7.0f} a second of"
            f" processor; {side['length']:.1f} tokens a sample, {side['tokens']:.0f} in all, {side['wall']:.2f} s"
        )
    whole = a["wall"]
    print(
        f"  a step of rewardsmith: sampling {a['sampling'] / whole:.0%}, waiting for judging"
        f" {a['judging'] / whole:.1%}, training {a['training'] / whole:.0%} of the time; workers take"
        f" {a['cpu_workers'] / a['cpu']:.0%} of the processor time and run {a['judged']:.0%} of the answers",
        flush=True,
    )


if __name__ == "__main__":
    main()
