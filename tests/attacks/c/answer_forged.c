// language: c
// problem: io/total
// idea: the host's calls: an answer nobody asked for
// verdict: protocol_violation

__attribute__((import_module("rewardsmith"), import_name("answer"))) void answer(const void *,
                                                                                 unsigned);

int main(void) {
  answer("T", 1);
  return 0;
}
