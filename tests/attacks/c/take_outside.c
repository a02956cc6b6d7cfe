// language: c
// problem: io/total
// idea: the host's calls: a message is taken far out of memory
// verdict: protocol_violation

__attribute__((import_module("rewardsmith"), import_name("take"))) void take(void *);

int main(void) {
  take((void *)0xffffffffu);
  return 0;
}
