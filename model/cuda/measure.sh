#!/usr/bin/env bash
# On a machine with a GPU and no Rust: parity, then tokens a second beside torch.
#
#   model/cuda/measure.sh [FOLDER]     # with what `model/cuda/build.sh` built; default target/cuda/bin
#
# 1. Parity: the tests that compare logits, loss and gradients with transformers' run on the GPU, and so
#    do those that hold the operations and half precision against f64.
# 2. Speed: training and sampling at `base` (dense and mixture) and at the 1.3B shape with random
#    weights, beside torch and transformers in the same run, and the matrix product's own peak.
# It needs a Python with torch for CUDA 13 and transformers: the one that the variable PYTHON names, or
# python3. A part that fails or takes longer than its limit does not keep the others from running.
set -uo pipefail
cd "$(dirname "$0")/../.."
folder=$(realpath "${1:-target/cuda/bin}")
. model/cuda/environment.sh

failed=0
echo "== parity"
REWARDSMITH_FIXTURES=$PWD/model/fixtures REWARDSMITH_DEVICE=cuda timeout 120 "$folder/parity" || failed=1
REWARDSMITH_DEVICE=cuda timeout 120 "$folder/units" --test-threads 1 ops:: half_precision || failed=1

speed() {
    echo "== speed $*"
    timeout "${LIMIT:-200}" "$python" model/compare/torch_speed.py "$folder/throughput" \
        --device cuda --dtype bfloat16 --python "$python" --rounds "${ROUNDS:-2}" \
        --seconds "${SECONDS_EACH:-2}" "$@" || failed=1
}
# 32,768 tokens a step at `base`, 4,096 at 1.3B, whose optimiser takes most of the memory.
ROWS=256 MICRO=32768 speed --shapes base base-moe --rows 256
ROWS=32 MICRO=4096 speed --shapes deepseek-coder-1.3b --rows 32
exit $failed
