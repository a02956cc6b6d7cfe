// language: c
// problem: io/total
// idea: the host's calls: files are opened below every descriptor
// verdict: wrong_answer

__attribute__((import_module("wasi_snapshot_preview1"), import_name("path_open"))) int
open_path(int, int, const char *, unsigned, int, long long, long long, int, int *);

int main(void) {
  int found = 0, opened;
  for (int folder = 0; folder < 64; folder++)
    for (int flags = 0; flags < 16; flags++) {
      found += open_path(folder, 1, "/etc/passwd", 11, flags, -1, -1, 0, &opened) == 0;
      found += open_path(folder, 1, "../etc/passwd", 13, flags, -1, -1, 0, &opened) == 0;
    }
  return found;
}
