#!/usr/bin/env bash
# Runs every fuzz target for so many seconds (default 240 each) and says how many inputs each tried.
# Findings lie under artifacts/. Needs `cargo install cargo-fuzz` and a C++ compiler.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:-240}
export RUSTC_BOOTSTRAP=1
failed=0
for target in wire reply problems toml samples; do
    mkdir -p "corpus/$target"
    if ! cargo fuzz run --fuzz-dir . "$target" "corpus/$target" "seeds/$target" -- \
        -max_total_time="$seconds" -timeout=10 -rss_limit_mb=4096 -print_final_stats=1 \
        >"corpus/$target.log" 2>&1; then
        echo "$target: a finding, or it did not build; see corpus/$target.log"
        failed=1
    fi
    echo "$target: $(grep -aE 'number_of_executed_units' "corpus/$target.log" || true)"
done
exit $failed
