// language: c
// problem: io/total
// idea: the host's calls: an answer from beyond all memory
// verdict: protocol_violation

__attribute__((import_module("rewardsmith"), import_name("answer"))) void answer(const void *,
                                                                                 unsigned);

int main(void) {
  answer((void *)0xfffffff0u, 4096);
  return 0;
}
