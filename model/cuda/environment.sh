# Sourced by the scripts beside it: a Python with torch, and where CUDA's libraries lie on this machine.
# The kernels that cudarc compiles while running want CUDA_HOME.
python=${PYTHON:-$(command -v python3)}
libraries=$("$python" - <<'END'
import importlib.util
import pathlib
for name in ("nvidia", "torch"):
    spec = importlib.util.find_spec(name)
    for place in spec.submodule_search_locations if spec else []:
        folders = {str(file.parent) for file in pathlib.Path(place).rglob("lib*.so*")}
        print(*sorted(folders), sep="\n")
END
)
LD_LIBRARY_PATH=$(tr '\n' ':' <<<"$libraries")${LD_LIBRARY_PATH:-}
export LD_LIBRARY_PATH
nvidia-smi --query-gpu=name,driver_version,memory.total --format=csv
