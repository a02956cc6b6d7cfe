#!/usr/bin/env bash
# On a machine with a GPU, after `model/cuda/build.sh`: parity, then tokens a second beside torch.
#
#   model/cuda/measure.sh [FOLDER]     # the folder that was built in; default target/cuda
#
# 1. Parity: the tests that compare logits, loss and gradients with transformers' run on the GPU.
# 2. Speed: training and sampling at `base` (dense and mixture) and at the 1.3B shape with random
#    weights, beside torch and transformers in the same run, with the matrix product's own peak, so
#    that a share of it can be given. Both compute in bf16.
# torch and transformers come from PyPI on first use (see model/compare/torch_speed.py), or from the
# Python that the variable PYTHON names.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(realpath "${1:-target/cuda}")
home=$folder/toolkit/nvidia/cu13
export CUDA_HOME=$home CUDA_PATH=$home PATH=$home/bin:$PATH
export LD_LIBRARY_PATH=$home/lib:${LD_LIBRARY_PATH:-}
export CUDA_COMPUTE_CAP=${CUDA_COMPUTE_CAP:-90}
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv

options=(--release --locked --target-dir "$folder" -p harness -p model --features model/cuda)
REWARDSMITH_DEVICE=cuda cargo test "${options[@]}" --test parity

speed() {
    python3 model/compare/torch_speed.py "$folder/release/examples/throughput" --device cuda \
        --dtype bfloat16 ${PYTHON:+--python "$PYTHON"} --rounds 3 --seconds 5 "$@"
}
# 32,768 tokens a step at `base`, 4,096 at 1.3B, whose optimiser takes most of the memory.
ROWS=256 MICRO=32768 speed --shapes base --rows 256
ROWS=32 MICRO=4096 speed --shapes deepseek-coder-1.3b --rows 32
