"""Measures training and sampling beside torch and transformers, in alternation in one run.

    cargo build --release -p model --example throughput
    python3 model/compare/torch_speed.py target/release/examples/throughput

The first run makes an environment of its own in the user's cache folder (about 5 GB, from PyPI);
`--python FILE` takes a Python that has torch and transformers already. Both programs run the same
random checkpoint with the same number of threads: training takes 32 texts of 128 tokens a step
(forward, backward, clipping, AdamW); sampling takes 8 prompts of 64 tokens, 8 samples each, 128 new
tokens, temperature 1. torch runs eagerly, transformers' `generate` with its cache. `peak` is what
each program's own matrix product reaches with all threads, which bounds every other figure.

"bf16" are the same trainings with products in bf16 and everything else in f32: ours by `dtype =
"bf16"` on a CPU, torch's by its autocast. Each figure is the median over the rounds. With `--device
cuda` both run on the first GPU, in bf16: torch with its weights and moments in bf16 too, ours with
both in f32 beside them. "Of peak" is 6 (in sampling 2) operations a token and weight that takes
part, attention's own products left out, as a share of the program's own peak. What fails, say for
want of memory, is told and left out.
"""

import argparse
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PACKAGES = ["torch==2.11.0", "transformers==5.24.0"]
SIZE = 1024


def environment():
    """The Python of an environment with torch, made on first use."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache"))
    folder = cache / "rewardsmith-compare" / "torch"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (folder / "ready").touch()
    return python


class Failed(Exception):
    """One measurement that could not be taken."""


class Ours:
    """One run of the example for each figure."""

    name = "ours"

    def __init__(self, options, folder, precision="f32"):
        self.options, self.folder = options, folder
        self.environment = dict(
            os.environ,
            SECONDS=str(options.seconds),
            DEVICE=options.device,
            PRECISION=precision,
        )

    def run(self, what, shape):
        words = [self.options.binary, what, shape]
        if shape != "-":
            words.append(self.folder / shape)
        done = subprocess.run(words, env=self.environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failed((done.stderr.strip().splitlines() or ["no message"])[0])
        return json.loads(done.stdout)


class Torch:
    """A child process that keeps torch loaded and answers one request a line."""

    name = "torch"

    def __init__(self, options, folder):
        words = [options.python or environment(), __file__, "--child", "--folder", folder]
        words += ["--seconds", str(options.seconds), "--device", options.device]
        words += ["--threads", str(options.threads), "--dtype", options.dtype, "-"]
        self.child = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def run(self, what, shape):
        self.child.stdin.write(f"{what} {shape}\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline()
        if not answer:
            sys.exit("torch's process ended; its message stands above")
        answer = json.loads(answer)
        if "failed" in answer:
            raise Failed(answer["failed"])
        return answer


def child(options):
    """Answers requests until the input ends."""
    import torch
    import transformers

    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    device = torch.device(options.device)
    dtype = getattr(torch, options.dtype)
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    models = {}

    def wait():
        if options.device == "cuda":
            torch.cuda.synchronize()

    def model(shape):
        if shape not in models:
            models.clear()
            loaded = transformers.AutoModelForCausalLM.from_pretrained(
                Path(options.folder) / shape, dtype=dtype
            )
            models[shape] = loaded.to(device)
        return models[shape]

    def ids(rows, length):
        numbers = [[(r * 7919 + i * 104729) % 1000 for i in range(length)] for r in range(rows)]
        return torch.tensor(numbers, device=device)

    def train(shape, autocast=False):
        network = model(shape).train()
        optimiser = torch.optim.AdamW(
            network.parameters(), lr=1e-3, betas=(0.9, 0.95), weight_decay=0.0, fused=True
        )
        batch = ids(options.rows, 128)

        def step():
            with torch.autocast(options.device, torch.bfloat16, enabled=autocast):
                loss = network(input_ids=batch, labels=batch, use_cache=False).loss
            loss.backward()
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            optimiser.zero_grad(set_to_none=True)

        return step, batch.numel()

    def sample(shape):
        network = model(shape).eval()
        prompts = ids(8, 64)

        def generate():
            with torch.inference_mode():
                out = network.generate(
                    prompts,
                    attention_mask=torch.ones_like(prompts),
                    do_sample=True,
                    top_k=0,
                    num_return_sequences=8,
                    min_new_tokens=128,
                    max_new_tokens=128,
                    pad_token_id=0,
                )
            assert out.shape == (64, 192), out.shape

        return generate, 64 * 128

    def peak(_):
        size = SIZE if options.device == "cpu" else 8 * SIZE
        a, b = torch.rand(size, size, device=device), torch.rand(size, size, device=device)
        a, b = a.to(dtype), b.to(dtype)
        return (lambda: a @ b), 2 * size**3 / 1e9

    def measure(what, shape):
        kinds = {"train": train, "sample": sample, "peak": peak}
        kinds["train-bf16"] = lambda shape: train(shape, autocast=True)
        run, count = kinds[what](shape)
        run()
        wait()
        rounds, start, cpu = 0, time.perf_counter(), time.process_time()
        while rounds == 0 or time.perf_counter() - start < options.seconds:
            run()
            wait()
            rounds += 1
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        return {"wall": count * rounds / wall, "cpu": count * rounds / cpu}

    for line in sys.stdin:
        try:
            answer = measure(*line.split())
        except RuntimeError as error:
            models.clear()
            answer = {"failed": (str(error).splitlines() or ["no message"])[0]}
        print(json.dumps(answer), file=answers, flush=True)


def plan(shapes, device):
    """What is measured: a title, and how each program is asked for it. On a GPU our sampler is the
    one that computes with tensors."""
    yield "peak, GFLOP/s", [("ours", "peak", "-"), ("torch", "peak", "-")]
    for shape in shapes:
        trained = [("ours", "train", shape), ("torch", "train", shape)]
        if device == "cpu":
            trained += [("bf16", "train", shape), ("torch bf16", "train-bf16", shape)]
        yield f"train {shape}", trained
        ours = [("ours", "sample", shape), ("tensors", "tensors", shape)]
        if device == "cuda":
            ours = [("ours", "tensors", shape)]
        yield f"sample {shape}", [*ours, ("torch", "sample", shape)]


def taking_part(folder):
    """How many weights of a checkpoint a token is multiplied with."""
    config = json.loads((folder / "config.json").read_text())
    experts = config.get("n_routed_experts") or 1
    share = (config.get("num_experts_per_tok") or 1) / experts
    total = 0
    for path in folder.glob("*.safetensors"):
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            tensors = json.loads(file.read(length))
        for name, tensor in tensors.items():
            shape = tensor.get("shape", [])
            if len(shape) == 2 and ("embed_tokens" not in name or config.get("tie_word_embeddings")):
                total += shape[0] * shape[1] * (share if ".experts." in name else 1)
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("binary", help="the built example `throughput`")
    parser.add_argument("--shapes", nargs="+", default=["tiny", "tiny-moe", "small", "small-moe"])
    parser.add_argument("--only", default="", help="measure what starts so, as `train tiny`")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of one measurement")
    parser.add_argument("--rows", type=int, default=32, help="texts of 128 tokens in torch's step")
    parser.add_argument("--device", default="cpu", choices=["cpu", "cuda"])
    parser.add_argument("--dtype", default="float32", help="torch's; ours is f32, bf16 on a GPU")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--python", help="one that has torch and transformers")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        child(options)
        return
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        for shape in options.shapes:
            subprocess.run([options.binary, "save", shape, folder / shape], check=True)
        ours = Ours(options, folder)
        torch = Torch(options, folder)
        programs = {"ours": ours, "tensors": ours, "torch": torch, "torch bf16": torch}
        programs["bf16"] = Ours(options, folder, "bf16")
        weights = {shape: taking_part(folder / shape) for shape in options.shapes}
        found, failures = {}, 0
        for number in range(options.rounds):
            for title, asked in plan(options.shapes, options.device):
                if not title.startswith(options.only):
                    continue
                for program, what, shape in asked:
                    try:
                        answer = programs[program].run(what, shape)
                    except Failed as why:
                        print(f"{title}, {program}: failed: {why}", file=sys.stderr, flush=True)
                        failures += 1
                        continue
                    print(f"{title}, {program}: {answer}", file=sys.stderr, flush=True)
                    found.setdefault(title, {}).setdefault(program, []).append(answer)
            print(f"round {number + 1} of {options.rounds}", file=sys.stderr, flush=True)
    show(found, weights)
    sys.exit(1 if failures else 0)


def show(found, weights):
    """A table of medians by the wall, and by CPU time in parentheses."""
    peaks = {}
    for title, programs in found.items():
        medians = {
            name: [statistics.median(a[kind] for a in answers) for kind in ("wall", "cpu")]
            for name, answers in programs.items()
        }
        cells = [f"{name} {wall:9.0f} ({cpu:8.0f})" for name, (wall, cpu) in medians.items()]
        what, _, shape = title.partition(" ")
        if what == "peak,":
            peaks = {name: 1e9 * wall for name, (wall, _) in medians.items()}
        for name, (wall, _) in medians.items():
            if shape in weights and name in peaks:
                operations = {"train": 6, "sample": 2}[what] * weights[shape] * wall
                cells.append(f"{name} {operations / peaks[name]:.1%} of peak")
        for name, ours in medians.items():
            others = medians.items() if name in ("ours", "bf16") else ()
            for other, theirs in others:
                if other not in ("ours", "bf16"):
                    ratios = f"{ours[0] / theirs[0]:.2f} x {other} ({ours[1] / theirs[1]:.2f})"
                    cells.append(f"{name} {ratios}")
        print(f"{title:18}", "  ".join(cells))


if __name__ == "__main__":
    main()
