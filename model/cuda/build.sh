#!/usr/bin/env bash
# Builds rewardsmith and the example `throughput` with CUDA, on a machine that needs no GPU: Rust, gcc and
# python3 with pip are all that must be there.
#
#   model/cuda/build.sh [FOLDER]      # FOLDER (default target/cuda) gets the toolkit and the build
#
# The compiler and the libraries to link with come from NVIDIA's wheels on PyPI (1 GB unpacked). nvcc
# stays at 13.0, since a driver of that generation refuses newer PTX. The driver's own library comes
# with a GPU; here a stub with its names stands in for it while linking. The build is one of its own
# beside the CPU's, for compute capability 9.0 (H100, H200; CUDA_COMPUTE_CAP=80 and so on for others).
#
# On the GPU machine libcublas.so.13, libcurand.so.10 and libcudart.so.13 must be found at start: they
# lie in FOLDER/toolkit/nvidia/cu13/lib, and in the site-packages of a torch for CUDA 13, for
# LD_LIBRARY_PATH. What has to be brought there lies in FOLDER/bin, stripped: `model/cuda/measure.sh`
# and `model/cuda/learn.sh` run it.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=${1:-target/cuda}
mkdir -p "$folder"
folder=$(realpath "$folder")
toolkit=$folder/toolkit
home=$toolkit/nvidia/cu13

wheels=(
    nvidia-cuda-nvcc==13.0.88
    nvidia-nvvm==13.0.88
    nvidia-cuda-crt==13.0.88
    nvidia-cuda-cccl==13.0.85
    nvidia-cuda-runtime==13.0.96
    nvidia-curand==10.4.0.35
    nvidia-cublas==13.1.0.3
    nvidia-cuda-nvrtc==13.0.88
)
if [ ! -e "$toolkit/ready" ]; then
    python3 -m pip install --quiet --no-deps --no-compile --upgrade --target "$toolkit" "${wheels[@]}"
    # The build scripts look where an installed toolkit would have things.
    ln -sfn lib "$home/lib64"
    for library in "$home"/lib/*.so.*; do
        ln -sf "$(basename "$library")" "${library%%.so.*}.so"
    done
    touch "$toolkit/ready"
fi

# The names that the driver's bindings declare, each a function that is never called. The loader on
# the GPU machine finds the real ones under the same library name.
cargo fetch --locked
# The manifest's path is what the metadata gives without a tool that reads JSON.
bindings=$(cargo metadata --format-version 1 --locked --features model/cuda |
    grep -o '"manifest_path":"[^"]*/cudarc-[^"]*/Cargo.toml"' | head -1 | cut -d'"' -f4)
names=$(dirname "$bindings")/src/driver/sys/mod.rs
mkdir -p "$home/lib/stubs"
grep -oE '\bfn cu[A-Z][A-Za-z0-9_]*\(' "$names" | sed -E 's/^fn (.*)\($/int \1(void) { return 999; }/' |
    sort -u |
    gcc -shared -fPIC -Wl,-soname,libcuda.so.1 -x c - -o "$home/lib/stubs/libcuda.so"

export CUDA_HOME=$home CUDA_PATH=$home PATH=$home/bin:$PATH
export CUDA_COMPUTE_CAP=${CUDA_COMPUTE_CAP:-90}
nvcc --version | tail -2
options=(--release --locked --target-dir "$folder" -p harness -p model --features model/cuda)
cargo build "${options[@]}" --bin rewardsmith --example throughput
tests=$(cargo test "${options[@]}" --lib --test parity --no-run --message-format json)
executable() { grep -o "\"executable\":\"[^\"]*/$1-[^\"]*\"" <<<"$tests" | cut -d'"' -f4; }
mkdir -p "$folder/bin"
strip -o "$folder/bin/rewardsmith" "$folder/release/rewardsmith"
strip -o "$folder/bin/throughput" "$folder/release/examples/throughput"
strip -o "$folder/bin/parity" "$(executable parity)"
strip -o "$folder/bin/units" "$(executable model)"
ls -l "$folder/bin"
