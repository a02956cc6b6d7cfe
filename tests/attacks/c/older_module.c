// language: c
// problem: io/total
// idea: the host's calls: those of the system before this one
// verdict: protocol_violation

__attribute__((import_module("wasi_unstable"), import_name("proc_exit"))) void leave(int);

int main(void) {
  leave(0);
  return 1;
}
