#!/usr/bin/env bash
# On a machine with a GPU and no Rust: GRPO with rule rewards at `base`, dense and mixture.
#
#   model/cuda/learn.sh [FOLDER]       # with what `model/cuda/build.sh` built; default target/cuda/bin
#
# A supervised training of one pass comes first, then some steps of GRPO; both measure pass@1 on held-out
# problems. What is wanted are tokens a second and where a step's time goes: they are in
# RUNS/*/metrics.jsonl, and this prints their medians. The run folders go to RUNS (default runs/cuda).
set -uo pipefail
cd "$(dirname "$0")/../.."
folder=$(realpath "${1:-target/cuda/bin}")
. model/cuda/environment.sh
runs=${RUNS:-runs/cuda}
mkdir -p "$runs"

failed=0
for shape in base base-moe; do
    for kind in sft grpo; do
        echo "== $kind $shape"
        sed "s|runs/sft-|$runs/sft-|" "harness/configs/$kind-$shape.toml" >"$runs/$kind-$shape.toml"
        timeout "${LIMIT:-150}" "$folder/rewardsmith" train "$runs/$kind-$shape.toml" \
            --out "$runs/$kind-$shape" --format jsonl || { failed=1; continue 2; }
    done
done
"$python" - "$runs" <<'END'
import json
import pathlib
import statistics
import sys

for path in sorted(pathlib.Path(sys.argv[1]).glob("*/metrics.jsonl")):
    rows = [json.loads(line) for line in path.open()]
    print(path.parent.name)
    for name in sorted({name for row in rows for name in row}):
        numbers = [row[name] for row in rows if isinstance(row.get(name), (int, float))]
        if numbers and any(word in name for word in ("second", "time", "tokens_per", "pass", "reward")):
            print(f"  {name}: median {statistics.median(numbers):.4g}, last {numbers[-1]:.4g}")
END
exit $failed
